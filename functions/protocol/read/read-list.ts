import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Range } from '../model/row.ts'
import type { Head } from '../table/head.ts'
import type { ReadPorts } from './read-one.ts'
import { readStretch } from './read-stretch.ts'

/**
 * A page of what is known now, in the range's order. `more`: something may lie beyond it, where it
 * was read towards; then `end` is the number to go on behind, which is not the last item's where
 * tombstones follow it.
 */
export interface ListPage<V extends Value> {
  items: Known<V>[]
  more: boolean
  end: number | undefined
}

/**
 * A bound alone says where to start: the nearest below `before` or above `after`, whatever the
 * order.
 */
export const isBackwards = (range: Omit<Range, 'limit'>): boolean =>
  range.order === 'asc'
    ? range.before !== undefined && range.after === undefined
    : range.after !== undefined && range.before === undefined

/** A stretch behind tombstones reads this many rows; so many stretches an answer may take. */
const stretchRows = 500
const stretches = 10

/**
 * The live children of a parent in a range, read your writes included: rows merged with what is on
 * its way, in the order of reads that `current` argues for. Tombstones are skipped and made up for;
 * a page is short at the end of the range, or where thousands of them follow each other.
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
    const { known, covered, broken } = await readStretch<K>(ports, parent, at, head)
    items.push(...known.filter((one) => one.row.value.deleted_at === null))
    if (items.length > range.limit) {
      const page = items.slice(0, range.limit)
      return { items: page, more: true, end: page.at(-1)?.row.number }
    }
    if (covered === undefined) return { items, more: false, end: undefined }
    if (broken && items.length === 0) throw broken.cause
    if (broken || read === stretches)
      return { items, more: true, end: within(range, head, covered) }
    const limit = Math.max(at.limit, stretchRows)
    at = { ...at, limit, ...(range.order === 'asc' ? { after: covered } : { before: covered }) }
  }
}

/** Not behind the image: what was given out after it may still be missing there (see upToImage). */
const within = (range: Range, image: Head, covered: number): number =>
  range.order === 'asc' && image.seq > (range.after ?? 0) ? Math.min(covered, image.seq) : covered
