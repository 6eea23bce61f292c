import * as v from 'valibot'

/**
 * `accepted`: numbered and safe, on its way to MySQL. `stored`: its newest representation is a row.
 */
export type Status = 'accepted' | 'stored'

/** What all representations have; none shows more than it names. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1))
const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.examples(['2026-11-25T12:34:56.789Z']),
  v.description('RFC 3339, UTC, milliseconds'),
)
export const common = {
  status: v.pipe(
    v.picklist(['accepted', 'stored']),
    v.description('accepted: numbered and safe, on its way to the database; stored: arrived there'),
  ),
  created_at: instant,
  updated_at: instant,
}

/** What a representation is made of: a thing's number, how many children it has, its value. */
export interface Representable<V> {
  number: number
  count: number
  value: V
}
