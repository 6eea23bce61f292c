import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Range } from '../model/row.ts'
import type { Head } from '../table/head.ts'
import type { ReadPorts } from './read-one.ts'
import { readStretch } from './read-stretch.ts'

/**
 * A page of what is known now, in the range's order. `more`: there may be more in the direction in
 * which it was read; then `end` is the number to go on behind. Where tombstones follow the last
 * item, `end` is behind them.
 */
export interface ListPage<V extends Value> {
  items: Known<V>[]
  more: boolean
  end: number | undefined
}

/**
 * Whether a range is read against its order. A bound that stands alone says where to start: what is
 * wanted are the nearest below `before`, or above `after`, whatever the order they are shown in.
 */
export const isBackwards = (range: Omit<Range, 'limit'>): boolean =>
  range.order === 'asc'
    ? range.before !== undefined && range.after === undefined
    : range.after !== undefined && range.before === undefined

/**
 * Where a page was not filled because of tombstones, the next stretch reads at least so many rows.
 */
const stretchRows = 500
/** How many such stretches one page may take. */
const stretches = 10

/**
 * The children of a parent in a range that are not deleted, as they are now: rows merged with what
 * is pending, stretch by stretch. Tombstones are skipped and the page is filled up behind them; it
 * is shorter than its limit only at the end of the range, where thousands of tombstones follow each
 * other, where more bytes are pending than a response takes, or where MySQL is away. Throws MySQL's
 * error where nothing can be shown without it.
 */
export async function readList<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
  head: Head,
): Promise<ListPage<ValueOf[K]>> {
  if (isBackwards(range)) {
    const order = range.order === 'asc' ? 'desc' : 'asc'
    const page = await readList<K>(
      ports,
      parent,
      { ...range, order, after: range.after ?? 0 },
      head,
    )
    return { ...page, items: page.items.toReversed() }
  }
  const items: Known<ValueOf[K]>[] = []
  let at: Range = { ...range, limit: range.limit + 1 }
  for (let read = 0; ; read++) {
    const { known, covered, full, broken } = await readStretch<K>(ports, parent, at, head)
    items.push(...known.filter((one) => one.row.value.deleted_at === null))
    if (items.length > range.limit) {
      const page = items.slice(0, range.limit)
      return { items: page, more: true, end: page.at(-1)?.row.number }
    }
    if (covered === undefined) return { items, more: false, end: undefined }
    if (broken && items.length === 0) throw broken.cause
    if (broken || read === stretches || (full && items.length > 0))
      return { items, more: true, end: endOf(range, head, covered, items.at(-1)?.row.number ?? 0) }
    const limit = Math.max(at.limit, stretchRows)
    at = { ...at, limit, ...(range.order === 'asc' ? { after: covered } : { before: covered }) }
  }
}

/**
 * Where a page ends that was not filled: not behind the last number of its image, for what was
 * given out after that may still be missing (see upToImage in read-stretch.ts). But never before
 * its last item: rows are shown that a counter is behind (P9), and would be shown again.
 */
function endOf(range: Range, image: Head, covered: number, last: number): number {
  if (range.order === 'desc' || image.seq <= (range.after ?? 0)) return covered
  return Math.max(last, Math.min(covered, image.seq))
}
