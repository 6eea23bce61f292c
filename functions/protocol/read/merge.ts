import type { Value } from '../../kinds/kinds.ts'
import type { Known, Row, Version } from '../model/row.ts'
import type { Pending } from './pending.ts'

/**
 * The row that a number's pending changes will make of `row`, which is undefined where there is
 * none; undefined: none of them is newer. The greatest rev wins. A create that is not the row's own
 * has collided with it (P9), and never shows in its place.
 */
export function newerThan<V extends Value>(
  row: Version | undefined,
  pending: Pending<V>[],
): Row<V> | undefined {
  const own = pending.filter(
    (change) => change.act !== 'create' || !row?.rid || row.rid === change.rid,
  )
  const newest = own.reduce<Pending<V> | undefined>(
    (a, b) => (a && a.rev >= b.rev ? a : b),
    undefined,
  )
  if (!newest || newest.rev <= (row?.rev ?? 0)) return undefined
  const { number, rev, value } = newest
  const rid = row?.rid ?? own.find((change) => change.act === 'create')?.rid ?? null
  return { number, rid, rev, count: row?.count ?? 0, value }
}

/** The newest that is known of one number; undefined: nothing is. */
export function merge<V extends Value>(
  row: Row<V> | undefined,
  pending: Pending<V>[],
): Known<V> | undefined {
  const newer = newerThan(row, pending)
  if (newer) return { row: newer, status: 'accepted' }
  return row && { row, status: 'stored' }
}
