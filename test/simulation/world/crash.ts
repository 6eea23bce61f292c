/**
 * The errors by which the code itself breaks. No fault brings one about, and no promise is broken
 * by one: it is reported apart from what is violated, and a mutant that breaks this way shows
 * nothing.
 */
const crashes = ['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError']

/** Whether an error is one of these, or one of these was its cause. */
export function isCrash(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (crashes.includes(at.name)) return true
    if (at instanceof AggregateError && at.errors.some(isCrash)) return true
  }
  return false
}

/** The same of an error that a log line names (`error: 'TypeError: ...'`). */
export const isCrashInWords = (error: unknown): boolean =>
  crashes.includes(/^\w+/.exec(String(error))?.[0] ?? '')
