import * as v from 'valibot'

/** `accepted`: numbered and safe, on its way to MySQL. `stored`: its newest value is in MySQL. */
export type Status = 'accepted' | 'stored'

/** Clients read them into 64 bits: there is no end of numbers below 2^53. */
const int64 = { format: 'int64' }
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.metadata(int64))
export const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1), v.metadata(int64))
const instant = (what: string) =>
  v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.examples(['2026-11-25T12:34:56.789Z']),
    v.description(`${what} (RFC 3339, UTC, milliseconds).`),
  )
export const statusSchema = v.pipe(
  v.picklist(['accepted', 'stored']),
  v.description('accepted: numbered and safe, on its way to the database; stored: arrived there.'),
  v.examples(['stored']),
)
/** What every response has. */
export const common = {
  status: statusSchema,
  created_at: instant('When it was created'),
  updated_at: instant('When it was last changed'),
}

/** What a representation is made of. `count`: the children that are stored and not deleted. */
export interface Representable<V> {
  number: number
  count: number
  value: V
}
