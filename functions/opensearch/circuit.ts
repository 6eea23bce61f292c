import type { Clock } from '../protocol/ports/clock.ts'

/**
 * A circuit breaker: says when an engine that has failed is not worth a try. Each instance of a
 * function has its own.
 */
export interface Circuit {
  /** While it is open the engine is not called. */
  isOpen(): boolean
  succeeded(): void
  /** Resolves once it is known whether the failure counts. */
  failed(): Promise<void>
}

const failures = 3
const openMs = 30_000

/**
 * A breaker that opens at the third failure in a row, for 30 s, and again at each further failure
 * until a call succeeds. `responds` is asked after each failure whether the engine is there all the
 * same: then the failure was of that call and does not count, and it ends the row as a success
 * does. Unset: every failure counts.
 */
export function circuitOf(
  clock: Clock,
  responds: () => Promise<boolean> = async () => false,
): Circuit {
  let failed = 0
  let until = 0
  return {
    isOpen: () => clock.now() < until,
    succeeded() {
      failed = 0
    },
    async failed() {
      if (await responds()) {
        failed = 0
        return
      }
      failed++
      if (failed >= failures) until = clock.now() + openMs
    },
  }
}
