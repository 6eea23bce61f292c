import * as v from 'valibot'

const instant = v.pipe(v.string(), v.isoTimestamp())
/** What the schema of every value has. */
export const times = { created_at: instant, updated_at: instant, deleted_at: v.nullable(instant) }

/** RFC 3339 in UTC with milliseconds. `deleted_at` is set in a tombstone alone. */
export interface Times {
  created_at: string
  updated_at: string
  deleted_at: string | null
}

/** The times of what is created at `at`. */
export const timesAt = (at: string): Times => ({ created_at: at, updated_at: at, deleted_at: null })
