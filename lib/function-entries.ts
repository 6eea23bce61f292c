import { join } from 'node:path'
import { routes, unrouted } from '../functions/api/routes.ts'

/** One Lambda function: its stage, its name, and the file that holds its handler. */
export interface FunctionEntry {
  readonly stage: string
  readonly name: string
  readonly file: string
}

/** The stages that no route leads to: a queue, a schedule, a deploy or a person starts them. */
export const jobs = ['persist', 'sweep', 'reindex', 'migrate', 'audit'] as const

/**
 * The stages that are one function, named like the stage, with the file `handler.ts`: the jobs, and
 * `docs`, whose operations need the same rights, memory and time.
 */
const whole: readonly string[] = [...jobs, 'docs']

/** The name of the function that serves an operation: its own, or that of its stage. */
export const functionOf = ({ stage, operation }: { stage: string; operation: string }): string =>
  whole.includes(stage) ? stage : operation

/**
 * Every function there is, each once, in the order of the route table, the jobs last. The build,
 * the stack and the tests read it.
 */
export function functionEntries(): FunctionEntry[] {
  const served = [...routes, unrouted, ...jobs.map((job) => ({ stage: job, operation: job }))]
  const entries = served.map((each): [string, FunctionEntry] => {
    const name = functionOf(each)
    const file = whole.includes(each.stage) ? 'handler.ts' : `${name}.ts`
    return [name, { stage: each.stage, name, file: join('functions', each.stage, file) }]
  })
  return [...new Map(entries).values()]
}

/** The names of a stage's functions. */
export const functionsOf = (stage: string): string[] =>
  functionEntries()
    .filter((entry) => entry.stage === stage)
    .map((entry) => entry.name)

/** `create-message` becomes `CreateMessage`: what CloudFormation allows in a logical id. */
export const pascalCase = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase())
