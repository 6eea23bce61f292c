import type { Value } from '../../kinds/kinds.ts'
import type { Known, Row, Version } from '../model/row.ts'
import { type Head, lastEditOf } from '../table/head.ts'
import type { Pending } from './pending.ts'

/**
 * The row that a number's changes on their way will make of `row`; undefined: none of them is
 * newer. The greatest rev wins. A create that is not the row's own has collided with it (the
 * counters were lost, P9): it never shows in the row's place.
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

/** The newest representation of one number. */
export function merge<V extends Value>(
  row: Row<V> | undefined,
  pending: Pending<V>[],
): Known<V> | undefined {
  const newer = newerThan(row, pending)
  if (newer) return { row: newer, status: 'accepted' }
  return row && { row, status: 'stored' }
}

/**
 * Whether what waits is the newest there is, so that it may be shown, and edited, without MySQL: no
 * later edit of its bucket has been reserved, and so none is stored. Another number's edit in the
 * bucket refuses it too: safe, not sharp. Of a number with something that is parked only MySQL can
 * tell what it is: another create may have it, or an edit that a backup of the table knows nothing
 * of; and what is edited on the wrong ground would overwrite the row (P9).
 */
export function isNewest(
  head: Head,
  pending: Pick<Pending<Value>, 'number' | 'rev' | 'parked'>[],
): boolean {
  if (pending.some(({ parked }) => parked)) return false
  const newest = Math.max(...pending.map((change) => change.rev))
  return pending.length > 0 && newest >= (lastEditOf(head, pending[0]?.number ?? 0) ?? 0)
}
