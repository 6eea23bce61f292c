import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { Refused } from '../cli/arguments.ts'

/** The stack that a tool works on. */
export interface LiveStack {
  /** As the person knows it. */
  name: string
  /**
   * Its stores are on this machine: a tool may run what a function would. On AWS they are in the
   * VPC.
   */
  local: boolean
  lambda: LambdaClient
  /** `create-message` becomes `chat-create-message`. */
  functionName(operation: string): string
}

/** The options of every tool that works on a live stack, and what their help says of them. */
export const stackOptions = { aws: { type: 'boolean' }, stack: { type: 'string' } } as const
export const stackHelp = `  --stack NAME     the local stack of this name (dev: that of \`npm start\`); with --aws the deployed one (chat)
  --aws            the stack in the AWS account and region that the environment's credentials are of`

const root = join(import.meta.dirname, '..', '..')

interface Ready {
  pid: number
  env: Record<string, string>
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * What a running local stack tells of itself, put into this process's environment: the clients read
 * it there.
 */
function enterLocal(name: string): void {
  const file = join(root, '.local', name, 'ready.json')
  const ready: Ready | undefined = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : undefined
  if (!ready || !isAlive(ready.pid))
    throw new Refused(
      `no local stack "${name}" runs: npm start, or say another one by --stack, or --aws`,
    )
  const anonymous = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  }
  for (const variable of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[variable]
  // The queues' addresses have another name of this machine; two names make the SDK warn at every
  // call.
  const endpoint = { AWS_ENDPOINT_URL: new URL(ready.env.QUEUE_URL ?? '').origin }
  Object.assign(process.env, anonymous, ready.env, endpoint)
}

/**
 * The stack that the options name. A local one is entered: its addresses are in process.env
 * afterwards. Throws Refused when it does not run. One on AWS is not asked for anything yet.
 */
export function liveStack({
  aws,
  stack,
}: {
  aws?: boolean | undefined
  stack?: string | undefined
}): LiveStack {
  const name = stack ?? (aws ? 'chat' : 'dev')
  if (!aws) enterLocal(name)
  else if (!process.env.AWS_REGION && !process.env.AWS_DEFAULT_REGION && !process.env.AWS_PROFILE)
    throw new Refused('--aws: set AWS_REGION (and AWS_PROFILE, or other credentials)')
  const deployed = aws ? name : 'chat'
  return {
    name: aws ? `${name} on AWS` : `${name} on this machine`,
    local: !aws,
    // A run of 15 minutes is one call: an SDK that gave up earlier would invoke it twice.
    lambda: new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: 16 * 60_000 } }),
    functionName: (operation) => `${deployed}-${operation}`,
  }
}

const missing = (error: unknown) =>
  error instanceof Error && error.name === 'ResourceNotFoundException'

/**
 * The environment of a deployed function: names of tables, addresses of queues. Throws Refused if
 * there is none.
 */
export async function environmentOf(
  stack: LiveStack,
  operation: string,
): Promise<Record<string, string>> {
  const FunctionName = stack.functionName(operation)
  try {
    const { Environment } = await stack.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    )
    return Environment?.Variables ?? {}
  } catch (error) {
    if (missing(error))
      throw new Refused(
        `${stack.name} has no function ${FunctionName}: is it deployed, and current?`,
      )
    throw error
  }
}

/**
 * Invokes a function and waits for its answer. Throws Refused if there is none, an Error with what
 * it failed with.
 */
export async function invoke(stack: LiveStack, operation: string, event: object): Promise<unknown> {
  const FunctionName = stack.functionName(operation)
  try {
    const { FunctionError, Payload } = await stack.lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
    )
    const text = Buffer.from(Payload ?? []).toString()
    if (FunctionError) throw new Error(`${FunctionName} failed: ${text}`)
    return JSON.parse(text || 'null')
  } catch (error) {
    if (missing(error))
      throw new Refused(
        `${stack.name} has no function ${FunctionName}: is it deployed, and current?`,
      )
    throw error
  }
}
