import type { Clock } from '../protocol/ports/clock.ts'

/**
 * A circuit breaker: says when an engine that has failed is not worth a try. Each instance of a
 * function has its own.
 */
export interface Circuit {
  /** While it is open the engine is not called. */
  isOpen(): boolean
  succeeded(): void
  failed(): void
}

const failures = 3
const openMs = 30_000

/**
 * A breaker that opens at the third failure in a row, for 30 s, and again at each further failure
 * until a call succeeds.
 */
export function circuitOf(clock: Clock): Circuit {
  let failed = 0
  let until = 0
  return {
    isOpen: () => clock.now() < until,
    succeeded() {
      failed = 0
    },
    failed() {
      failed++
      if (failed >= failures) until = clock.now() + openMs
    },
  }
}
