/** RFC 3339, UTC, milliseconds. `deleted_at` marks a tombstone. */
export interface Times {
  created_at: string
  updated_at: string
  deleted_at: string | null
}
