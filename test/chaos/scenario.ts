import { type Converged, converge } from './converge.ts'
import { type Ledger, newLedger } from './ledger.ts'
import type { System } from './system.ts'

/**
 * What a scenario works with. `share` scales its numbers: 1 is the full form, 0.1 a tenth of it.
 */
export interface Stage {
  system: System
  ledger: Ledger
  share: number
  /** Prints one line of progress. */
  log: (line: string) => void
}

export interface Scenario {
  name: string
  /** What it does, in one line. */
  about: string
  needsSearch?: boolean
  /**
   * Seconds within which all must have converged after the fault's end. The default is 150 (P6); it
   * is more where so much waits that it takes longer.
   */
  limit?: (share: number) => number
  /**
   * Runs the clients and the fault. Resolves when the fault has ended and every client has its last
   * response.
   */
  run(stage: Stage): Promise<void>
}

export interface Outcome extends Converged {
  name: string
  ledger: Ledger
}

const recoverySeconds = 150

/**
 * Runs a scenario and the audit after it. Violations are in the outcome; rejects only when the test
 * itself fails.
 */
export async function play(
  scenario: Scenario,
  system: System,
  share: number,
  log: (line: string) => void,
): Promise<Outcome> {
  const ledger = newLedger()
  await scenario.run({ system, ledger, share, log })
  const limit = scenario.limit?.(share) ?? recoverySeconds
  const converged = await converge(system, ledger, limit, log)
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
