import { setTimeout as pause } from 'node:timers/promises'
import { readWhole } from '../../functions/mysql/cells.ts'
import { auditNow, queued } from './audit.ts'
import { brokenPromises, type Ledger } from './ledger.ts'
import type { System } from './system.ts'

export interface Converged {
  /** Seconds from the call until the stores were found whole. */
  seconds: number
  /** How many things the invariants were checked on. */
  checked: number
  violations: string[]
}

/** What is not there yet. This is cheap, so it is asked for before everything is read. */
async function missing(system: System): Promise<string> {
  const waiting = await queued(system)
  const [row] = await system.db.query('SELECT COUNT(*) AS n FROM messages WHERE unindexed = 1')
  const unindexed = system.env.OPENSEARCH_URL ? readWhole(row?.n) : 0
  return waiting + unindexed > 0 ? `${waiting} in the queue, ${unindexed} not indexed` : ''
}

async function audited(system: System): Promise<{ checked: number; violations: string[] }> {
  const { findings, parked } = await auditNow(system)
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: [
      // No fault of the surroundings may make a message one that can never be stored.
      ...(parked > 0 ? [`${parked} requests are parked`] : []),
      ...findings.flatMap(({ invariant, violations }) =>
        violations.map((v) => `${invariant}: ${v}`),
      ),
    ],
  }
}

/**
 * Waits until nothing is on its way any more and all invariants hold, for `limit` seconds at most,
 * then compares the ledger with what is stored. An invariant that does not hold by then is a
 * violation, and so is being late.
 */
export async function converge(
  system: System,
  ledger: Ledger,
  limit: number,
  log: (line: string) => void,
): Promise<Converged> {
  const started = Date.now()
  const since = () => (Date.now() - started) / 1000
  let last = { checked: 0, violations: ['nothing was checked'] }
  for (let logAt = 10; ; await pause(1_000)) {
    const seconds = since()
    const left = await missing(system)
    if (!left || seconds > limit) {
      last = await audited(system)
      const broken = await brokenPromises(system, ledger)
      const violations = [...last.violations, ...broken]
      if (violations.length === 0) return { seconds, checked: last.checked, violations }
      if (seconds > limit)
        return {
          seconds,
          checked: last.checked,
          violations: [
            `not whole after ${limit} s: ${left || 'nothing in the queue'}`,
            ...violations,
          ],
        }
    }
    if (seconds < logAt) continue
    log(`recovering for ${Math.round(seconds)} s: ${left || last.violations[0]}`)
    logAt += 10
  }
}
