import { type Converged, converge } from './converge.ts'
import { type Ledger, newLedger } from './ledger.ts'
import type { System } from './system.ts'

/** What a scenario works with. `share` scales its numbers: 1 is the full form, 0.1 a tenth. */
export interface Stage {
  system: System
  ledger: Ledger
  share: number
  /** One line of progress. */
  tell: (line: string) => void
}

export interface Scenario {
  name: string
  /** One line. */
  about: string
  needsSearch?: boolean
  /**
   * Seconds in which all must have converged after the fault's end; 150 (P6) unless so much waits
   * that it takes longer.
   */
  limit?: (share: number) => number
  /**
   * Does it, clients and fault; resolves when the fault has ended and every client has its answer.
   */
  run(stage: Stage): Promise<void>
}

export interface Outcome extends Converged {
  name: string
  ledger: Ledger
}

const recoverySeconds = 150

/**
 * Runs a scenario and the audit after it. Its violations are in the outcome; rejects only when the
 * test itself fails.
 */
export async function play(
  scenario: Scenario,
  system: System,
  share: number,
  tell: (line: string) => void,
): Promise<Outcome> {
  const ledger = newLedger()
  await scenario.run({ system, ledger, share, tell })
  const limit = scenario.limit?.(share) ?? recoverySeconds
  const converged = await converge(system, ledger, limit, tell)
  return {
    name: scenario.name,
    ledger,
    ...converged,
    violations: [...ledger.violations, ...converged.violations],
  }
}

/** One line of figures. */
export function report({ name, ledger, seconds, checked, violations }: Outcome): string {
  const statuses = [...ledger.statuses].sort().map(([status, count]) => `${status}: ${count}`)
  return [
    name.padEnd(22),
    `${ledger.requests} requests (${statuses.join(', ')})`,
    `recovered in ${seconds.toFixed(1)} s`,
    `${checked} checks`,
    `${violations.length} violations`,
  ].join(' · ')
}
