import type { Options } from '../simulation/arrange.ts'
import { runSchedule } from '../simulation/schedule.ts'

/**
 * What one schedule says of a mutant. `caught`: a promise that it breaks and the production code
 * keeps. `broken`: the mutant is no program that could run (a name that is not defined, an
 * expression that the table refuses); whatever it violates then says nothing of the guard.
 */
export type Verdict =
  | { kind: 'caught'; violation: string }
  | { kind: 'broken'; crash: string }
  | { kind: 'survives' }

/**
 * Runs the mutant's simulation at one schedule; where that violates something, production's too.
 */
export async function verdictOf(run: typeof runSchedule, options: Options): Promise<Verdict> {
  const result = await run(options).catch((error: unknown) => String(error))
  if (typeof result === 'string') return { kind: 'broken', crash: result }
  const [crash] = result.crashes
  if (crash !== undefined) return { kind: 'broken', crash }
  const [violation] = result.violations
  if (violation === undefined) return { kind: 'survives' }
  const production = await runSchedule(options)
  // A seed at which nothing holds shows nothing.
  if (production.violations.length > 0 || production.crashes.length > 0) return { kind: 'survives' }
  return { kind: 'caught', violation }
}
