import type { Options } from './arrange.ts'
import type { Outcome } from './worker.ts'

/** Sums of many schedules. */
export interface Totals {
  schedules: number
  faults: number
  requests: number
  /** Requests that were answered 503, or not at all. */
  unavailable: number
  accepted: number
  reads: number
  /** As the metrics say; a collision is parked too. */
  parked: number
  collisions: number
  violations: number
}
export const noTotals = (): Totals => ({
  schedules: 0,
  faults: 0,
  requests: 0,
  unavailable: 0,
  accepted: 0,
  reads: 0,
  parked: 0,
  collisions: 0,
  violations: 0,
})

export function add(totals: Totals, outcome: Outcome): void {
  totals.schedules += 1
  totals.faults += outcome.faults
  totals.requests += outcome.requests
  totals.unavailable += outcome.unavailable
  totals.accepted += outcome.accepted
  totals.reads += outcome.reads
  totals.parked += outcome.parked
  totals.collisions += outcome.collisions
  totals.violations += outcome.violations.length
}

const counted = (count: number) => count.toLocaleString('en-US')
export const totalsLine = (totals: Totals): string =>
  Object.entries(totals)
    .map(([name, count]) => `${counted(count)} ${name}`)
    .join(', ')

/** What runs this one schedule again. */
export function commandOf({ seed, faults, strayMs, longestMs }: Options): string {
  const stray = strayMs === undefined ? '' : ` --stray-ms ${strayMs}`
  const longest = longestMs === undefined ? '' : ` --longest-ms ${longestMs}`
  return `npm run simulate -- --schedules 1 --seed ${seed} --faults ${faults}${stray}${longest}`
}

/**
 * A schedule for a reader: what was violated, what repeats it, and all that happened (virtual time
 * from its start).
 */
export function describeOutcome({ options, violations, lines }: Outcome): string {
  const found =
    violations.length === 0 ? ['nothing is violated'] : violations.map((text) => `  ${text}`)
  return [
    `seed ${options.seed}, faults ${options.faults}: ${violations.length} violations`,
    ...found,
    `again:  ${commandOf(options)}`,
    'history:',
    ...lines.map((line) => `  ${line}`),
  ].join('\n')
}
