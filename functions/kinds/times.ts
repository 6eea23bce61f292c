import * as v from 'valibot'

const instant = v.pipe(v.string(), v.isoTimestamp())
/** The entries of a value's schema that every kind has. */
export const times = { created_at: instant, updated_at: instant, deleted_at: v.nullable(instant) }

/** RFC 3339, UTC, milliseconds. `deleted_at` marks a tombstone. */
export interface Times {
  created_at: string
  updated_at: string
  deleted_at: string | null
}

/** The times of what is created at `at`. */
export const timesAt = (at: string): Times => ({ created_at: at, updated_at: at, deleted_at: null })
