import type { Value } from '../../kinds/kinds.ts'
import type { Known, Range } from '../model/row.ts'
import { type Head, lastEditOf } from '../table/head.ts'
import { merge } from './merge.ts'
import type { Pending } from './pending.ts'
import { highest, lowest } from './reach.ts'

/**
 * Whether what is pending of one number is the newest there is, so that it may be shown, and
 * edited, without MySQL: no later edit of its bucket has been reserved, so none can be stored. An
 * edit of another number in the bucket refuses it as well, which is safe and not exact. Of a number
 * with something parked only MySQL can tell what it is: another create may have the number, or
 * there was an edit that a backup of the table knows nothing of; and an edit that is built on the
 * wrong value would overwrite the row (P9).
 */
export function isNewest(
  head: Head,
  pending: Pick<Pending<Value>, 'number' | 'rev' | 'parked'>[],
): boolean {
  if (pending.some(({ parked }) => parked)) return false
  const newest = Math.max(...pending.map((change) => change.rev))
  return pending.length > 0 && newest >= (lastEditOf(head, pending[0]?.number ?? 0) ?? 0)
}

/**
 * The beginning of a range as far as it is known without MySQL: numbers that follow each other
 * without a gap (a gap is a row that cannot be read), each of which isNewest. `end` is the last of
 * these numbers; `whole`: the range ends there. In the range's order, at most its limit.
 */
export function knownWithoutMySql<V extends Value>(
  pending: Pending<V>[],
  range: Range,
  head: Head,
): { known: Known<V>[]; end: number; whole: boolean } {
  const ascending = range.order === 'asc'
  const [low, high] = [lowest(range), Math.min(highest(range), head.seq)]
  const step = ascending ? 1 : -1
  const byNumber = Map.groupBy(pending, (change) => change.number)
  const known: Known<V>[] = []
  let at = ascending ? low : high
  for (; known.length < range.limit; at += step) {
    const of = byNumber.get(at) ?? []
    const one = isNewest(head, of) ? merge(undefined, of) : undefined
    if (!one) break
    known.push(one)
  }
  return { known, end: at - step, whole: ascending ? at > high : at < low }
}
