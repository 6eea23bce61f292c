import type { Clock } from '../protocol/ports/clock.ts'

/**
 * Says when an engine that failed is not worth a try. One per instance of a function, and lost with
 * it.
 */
export interface Circuit {
  /** Open: do not call. */
  isOpen(): boolean
  succeeded(): void
  failed(): void
}

const failures = 3
const openMs = 30_000

/**
 * Open for 30 s after every failure from the third in a row on; then calls are let through again.
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
