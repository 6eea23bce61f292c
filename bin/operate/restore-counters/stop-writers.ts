import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import { functionsOf } from '../../../lib/function-entries.ts'
import { Refused } from '../../cli/arguments.ts'
import { type LiveStack, localStacks } from '../stack/live-stack.ts'

/**
 * The reserved concurrency that each function had, null for none. It is kept in a file, so that a
 * killed command can be undone.
 */
type Before = Record<string, number | null>

const fileOf = (stack: LiveStack): string =>
  join(localStacks, `stopped-${stack.name.replaceAll(/\W+/g, '-')}.json`)

/** The operations that give out numbers or revs: creates, updates and deletes. */
export const writers = (): string[] => [...functionsOf('accept'), ...functionsOf('edit')]

/**
 * Throws Refused when the writers are stopped already: the file has what they had before, which
 * must not be lost.
 */
export function requireStarted(stack: LiveStack): void {
  if (existsSync(fileOf(stack)))
    throw new Refused(
      `${stack.name} was stopped by a command that did not end: --start starts it again`,
    )
}

/** What each writer has now, and the longest time that one of them may run. */
async function stateOfWriters({ lambda, functionName }: LiveStack) {
  const before: Before = {}
  let longestMs = 0
  for (const FunctionName of writers().map(functionName)) {
    const [{ Timeout = 0 }, { ReservedConcurrentExecutions }] = await Promise.all([
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
      lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
    ])
    before[FunctionName] = ReservedConcurrentExecutions ?? null
    longestMs = Math.max(longestMs, Timeout * 1000)
  }
  return { before, longestMs }
}

/**
 * Stops all writers by setting their reserved concurrency to 0, and waits until those that run have
 * ended. Clients get 503 meanwhile. Compared with a mark that each request would have to read, this
 * costs nothing at other times, and no request slips through between the mark and its reader. Call
 * requireStarted first. If this fails, startWriters undoes it. Throws Refused where a writer is
 * stopped already.
 */
export async function stopWriters(stack: LiveStack, log: (line: string) => void): Promise<void> {
  const { before, longestMs } = await stateOfWriters(stack)
  const names = Object.keys(before)
  const stopped = names.filter((name) => before[name] === 0)
  // Another checkout has what these had before: noting 0 here would stop them for ever.
  if (stopped.length > 0)
    throw new Refused(
      `already stopped, but not by this checkout: ${stopped.join(', ')}. See docs/operating.md, "npm run restore-counters"`,
    )
  mkdirSync(dirname(fileOf(stack)), { recursive: true })
  writeFileSync(fileOf(stack), JSON.stringify(before))
  for (const FunctionName of names)
    await stack.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    )
  log(`stopped ${names.length} functions; those that run end within ${longestMs / 1000} s`)
  await pause(longestMs)
}

/**
 * Gives every writer what it had. May be repeated. Returns how many were started; 0 means that none
 * was stopped.
 */
export async function startWriters(stack: LiveStack): Promise<number> {
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
