import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda'
import { Refused } from '../../cli/arguments.ts'
import type { LiveStack } from './live-stack.ts'

/** Runs `call` with a function's name. Throws Refused if the stack has no such function. */
async function withFunction<T>(
  stack: LiveStack,
  operation: string,
  call: (FunctionName: string) => Promise<T>,
): Promise<T> {
  const name = stack.functionName(operation)
  try {
    return await call(name)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error
    const why = `${stack.name} has no function ${name}: is it deployed, and up to date?`
    throw new Refused(why, { cause: error })
  }
}

/**
 * The environment of a deployed function: names of tables, addresses of queues. Throws Refused if
 * there is no such function.
 */
export const environmentOf = (
  stack: LiveStack,
  operation: string,
): Promise<Record<string, string>> =>
  withFunction(stack, operation, async (FunctionName) => {
    const { Environment } = await stack.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    )
    return Environment?.Variables ?? {}
  })

/**
 * Invokes a function and waits for its result. Throws Refused if there is no such function, and an
 * Error with the function's own if it fails.
 */
export const invoke = (stack: LiveStack, operation: string, event: object): Promise<unknown> =>
  withFunction(stack, operation, async (FunctionName) => {
    const { FunctionError, Payload } = await stack.lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
    )
    const text = Buffer.from(Payload ?? []).toString()
    if (FunctionError) throw new Error(`${FunctionName} failed: ${text}`)
    return JSON.parse(text || 'null')
  })
