import { DataError } from '../mysql/cells.ts'

/**
 * `data`: this change can never be stored as it is. `later`: it may succeed on another connection
 * or another day. An error that is not known counts as `later`: a good message must never be parked
 * for a fault of the system.
 */
export type Failure = 'data' | 'later'

/** The server's errors about a value, by number (MySQL's server error reference). */
const aboutValues = new Set([
  1048, // ER_BAD_NULL_ERROR
  1264, // ER_WARN_DATA_OUT_OF_RANGE
  1265, // WARN_DATA_TRUNCATED
  1292, // ER_TRUNCATED_WRONG_VALUE: not a date
  1300, // ER_INVALID_CHARACTER_STRING
  1366, // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: not in the column's characters
  1406, // ER_DATA_TOO_LONG
  1690, // ER_DATA_OUT_OF_RANGE
  3140, // ER_INVALID_JSON_TEXT
])

const errnoOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number'
    ? error.errno
    : undefined

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

/** What a failed transaction means for the changes in it. */
export function classify(error: unknown): Failure {
  if (error instanceof DataError) return 'data'
  const errno = errnoOf(error)
  return errno !== undefined && aboutValues.has(errno) ? 'data' : 'later'
}

/**
 * Names the error without its message: the server's messages quote values, which no log may have.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof DataError) return error.message
  const name = error instanceof Error ? error.name : typeof error
  return codeOf(error) ?? name
}
