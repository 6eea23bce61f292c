import { functionsOf } from './function-entries.ts'
import { prefixOf, type Settings } from './settings.ts'

/** Batches of persist that run at once: each holds a connection to MySQL. */
export const persistConcurrency = 20

/** The functions that run one at a time. */
const schedules = ['sweep', 'reindex']

/**
 * How many instances Lambda keeps for each function, by its name without the stage's prefix. What
 * is kept is the most that the function may have, too. Reads have none: however many of them wait,
 * for MySQL above all, what is kept for creates and persist stays free (P6).
 */
function reservedOf({ reservedConcurrency }: Settings): ReadonlyMap<string, number> {
  if (reservedConcurrency === 'off') return new Map()
  const reserved = new Map(schedules.map((name) => [name, 1]))
  if (reservedConcurrency === undefined) return reserved
  for (const name of functionsOf('accept')) reserved.set(name, reservedConcurrency)
  return reserved.set('persist', persistConcurrency)
}

/** That of one function, as the property of its construct. */
export function reservation(settings: Settings, name: string): { concurrency?: number } {
  const concurrency = reservedOf(settings).get(name)
  return concurrency === undefined ? {} : { concurrency }
}

/** The full names of the functions that have instances kept, and how many these are together. */
export function reservedTogether(settings: Settings): { functions: string[]; instances: number } {
  const reserved = reservedOf(settings)
  return {
    functions: [...reserved.keys()].map((name) => `${prefixOf(settings)}-${name}`),
    instances: [...reserved.values()].reduce((sum, each) => sum + each, 0),
  }
}
