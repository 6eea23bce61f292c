import { invariants } from '../../../functions/audit/invariants.ts'
import { deepQueue } from '../../../functions/limits/limits.ts'
import { checkQuarantine } from '../operator/quarantine.ts'
import type { System } from '../system.ts'
import { endFaults } from '../world/outages.ts'
import type { History } from './history.ts'
import { checkLedger, type Ledger } from './ledger.ts'
import { snapshotOf } from './snapshot.ts'

const minute = 60_000
/**
 * P6: how long after the last fault everything must have arrived. Settling ten requests that had to
 * wait takes ten units of one key at once. A table that has fewer refuses some again and again, and
 * after an outage each repeat is 64 s away. And where a queue counts as deep with a few messages,
 * the sweep sends a page of a crowded chat a minute.
 */
const convergenceMs = ({ units, bounds }: System): number =>
  units.perSecond < 10 || bounds.deepQueue < deepQueue ? 10 * minute : 150_000

/** What the stores violate of the invariants, except these. */
export const brokenIn = (system: System, except: string[] = []): string[] =>
  invariants(snapshotOf(system))
    .filter(({ invariant }) => !except.includes(invariant))
    .flatMap(({ invariant, violations }) => violations.map((text) => `${invariant}: ${text}`))

/** Lets virtual time go on until the work is done; false when that takes more than a day. */
export async function finished(system: System, work: Promise<void>): Promise<boolean> {
  const limit = system.world.now + 24 * 60 * minute
  let over = false
  const watched = work.finally(() => {
    over = true
  })
  watched.catch(() => undefined)
  while (!over && system.world.now < limit) await system.world.run(system.world.now + minute)
  if (over) await watched
  return over
}

/** A system, and all that is known of what was done to it. */
export interface Known {
  system: System
  history: History
  ledger: Ledger
}

/**
 * Ends all faults, and checks that everything is right: once it must have converged, and again when
 * what was never reserved has been given up. `collided`: counters were behind, and what collided is
 * in quarantine.
 */
export async function calm(
  { system, history, ledger }: Known,
  { settlingMs = 35 * minute, collided = false } = {},
): Promise<void> {
  const { world } = system
  await endFaults(system)
  await world.run(world.now + convergenceMs(system))
  history.violations.push(...brokenIn(system, ['nothing waits']), ...ledger.waiting())
  await world.run(world.now + settlingMs)
  history.violations.push(...brokenIn(system), ...checkQuarantine(system, collided))
  history.violations.push(...checkLedger(ledger, system, history))
}
