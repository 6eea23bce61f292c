import { join } from 'node:path'
import { routes, unrouted } from '../functions/api/routes.ts'

/**
 * One Lambda function: the stage folder it lives in, its name, and the file that holds its handler.
 */
export interface FunctionEntry {
  readonly stage: string
  readonly operation: string
  readonly file: string
}

/**
 * The stages that no route leads to: a queue, a schedule, a deploy or a person starts them. Stage
 * and operation are one.
 */
export const jobs = ['persist', 'sweep', 'reindex', 'migrate', 'audit'] as const

/**
 * Every function there is, each once, in the order of the route table. The build, the stack and the
 * tests read it.
 */
export function functionEntries(): FunctionEntry[] {
  const byOperation = new Map<string, FunctionEntry>()
  for (const { stage, operation } of [...routes, unrouted])
    byOperation.set(operation, {
      stage,
      operation,
      file: join('functions', stage, `${operation}.ts`),
    })
  for (const job of jobs)
    byOperation.set(job, { stage: job, operation: job, file: join('functions', job, 'handler.ts') })
  return [...byOperation.values()]
}

/** The operations that the routes of one stage lead to. */
export const operationsOf = (stage: string): string[] =>
  functionEntries()
    .filter((entry) => entry.stage === stage)
    .map((entry) => entry.operation)

/** `create-message` becomes `CreateMessage`: what CloudFormation allows in a logical id. */
export const pascalCase = (operation: string): string =>
  operation.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase())
