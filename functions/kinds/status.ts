import * as v from 'valibot'

/** `accepted`: numbered and safe, on its way to MySQL. `stored`: its newest value is in MySQL. */
export type Status = 'accepted' | 'stored'

export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1))
const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.examples(['2026-11-25T12:34:56.789Z']),
  v.description('RFC 3339, UTC, milliseconds'),
)
/** What every response has. */
export const common = {
  status: v.pipe(
    v.picklist(['accepted', 'stored']),
    v.description('accepted: numbered and safe, on its way to the database; stored: arrived there'),
  ),
  created_at: instant,
  updated_at: instant,
}

/** What a representation is made of. `count`: the children that are stored and not deleted. */
export interface Representable<V> {
  number: number
  count: number
  value: V
}
