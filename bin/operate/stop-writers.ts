import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import { functionsOf } from '../../lib/function-entries.ts'
import { Refused } from '../cli/arguments.ts'
import type { LiveStack } from './live-stack.ts'

/**
 * What each function's reserved concurrency was; null: none. Kept in a file, so that a killed
 * command can be undone.
 */
type Before = Record<string, number | null>

const fileOf = (stack: LiveStack): string =>
  join(
    import.meta.dirname,
    '..',
    '..',
    '.local',
    `stopped-${stack.name.replaceAll(/\W+/g, '-')}.json`,
  )

/** Everything that gives out numbers or revs: creates, updates and deletes. */
export const writers = (): string[] => [...functionsOf('accept'), ...functionsOf('edit')]

/**
 * Throws Refused when they are stopped already: what they had before stands in the file and must
 * not be lost.
 */
export function assertStarted(stack: LiveStack): void {
  if (existsSync(fileOf(stack)))
    throw new Refused(
      `${stack.name} was stopped by a command that did not end: --start starts it again`,
    )
}

/**
 * Stops all writers by setting their reserved concurrency to 0, and waits until those that run have
 * ended: 503 is what clients get meanwhile. No cost for what is accepted otherwise, and no request
 * slips through between a mark and its reader. Call assertStarted first. Where it fails,
 * startAccepts undoes it.
 */
export async function stopAccepts(stack: LiveStack, tell: (line: string) => void): Promise<void> {
  const file = fileOf(stack)
  const before: Before = {}
  let longestMs = 0
  for (const operation of writers()) {
    const FunctionName = stack.functionName(operation)
    const { Timeout = 0 } = await stack.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    )
    const { ReservedConcurrentExecutions } = await stack.lambda.send(
      new GetFunctionConcurrencyCommand({ FunctionName }),
    )
    before[FunctionName] = ReservedConcurrentExecutions ?? null
    longestMs = Math.max(longestMs, Timeout * 1000)
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(before))
  for (const FunctionName of Object.keys(before))
    await stack.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    )
  tell(
    `stopped ${Object.keys(before).length} functions; those that run end within ${longestMs / 1000} s`,
  )
  await new Promise((resolve) => setTimeout(resolve, longestMs))
}

/**
 * Gives every writer what it had. May be repeated; answers how many were started, 0: none was
 * stopped.
 */
export async function startAccepts(stack: LiveStack): Promise<number> {
  const file = fileOf(stack)
  if (!existsSync(file)) return 0
  const before: Before = JSON.parse(readFileSync(file, 'utf8'))
  for (const [FunctionName, had] of Object.entries(before))
    await (had === null
      ? stack.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
      : stack.lambda.send(
          new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: had }),
        ))
  rmSync(file)
  return Object.keys(before).length
}
