import type { ValueOf } from '../kinds/kinds.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Known, Range } from '../protocol/model/row.ts'
import { isBackwards, readList } from '../protocol/read/read-list.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import type { Head } from '../protocol/table/head.ts'

/** A page of a list, before it is cut to the size of a response. */
export interface Window<K extends Parent['kind']> {
  items: Known<ValueOf[K]>[]
  /** The items in the order in which they find room in the response. */
  walked: Known<ValueOf[K]>[]
  /**
   * The number before which a list goes on; undefined: nothing lies there. It is the first item's,
   * or that of the tombstones before it.
   */
  before: number | undefined
  /** The number behind which a list goes on, alike. */
  after: number | undefined
}

export type Of<K extends Parent['kind']> = Extract<Parent, { kind: K }>

/**
 * `limit` numbers with `around` in their middle, ascending. Where one side is short, the other is
 * not made longer. Room is given from the middle outwards; otherwise large items below would push
 * `around` out of its own page.
 */
export async function readAround<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  around: number,
  limit: number,
): Promise<Window<K>> {
  const half = Math.floor((limit - 1) / 2)
  const from: Range = { order: 'asc', after: Math.max(around - 1, 0), limit: limit - half }
  const upper = await readList<K>(ports, parent, from, head)
  // Nothing from the middle on: then the nearest below is shown, even on a page of one.
  const below = half === 0 && upper.items.length === 0 ? 1 : half
  const lower =
    below === 0
      ? { items: [], end: around > 1 ? around : undefined }
      : await readList<K>(ports, parent, { order: 'desc', before: around, limit: below }, head)
  return {
    items: [...lower.items.toReversed(), ...upper.items],
    walked: alternately(upper.items, lower.items),
    before: lower.end,
    after: upper.end,
  }
}

/** One of each by turns; at the end what is left of the longer one. */
const alternately = <T>(first: T[], second: T[]): T[] =>
  Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [
    ...first.slice(i, i + 1),
    ...second.slice(i, i + 1),
  ]).flat()

/** The items of a range, in its order. */
export async function readRange<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  range: Range,
): Promise<Window<K>> {
  const { items, end } = await readList<K>(ports, parent, range, head)
  const first = items.at(0)?.row.number
  const last = items.at(-1)?.row.number
  const ascending = range.order === 'asc'
  // Whether something lies on the side that the page was read away from: if a number was given out
  // there.
  const below = (number = 0) => (number > 1 ? number : undefined)
  const above = (number = head.seq) => (number < head.seq ? number : undefined)
  if (isBackwards(range)) {
    return {
      items,
      walked: items.toReversed(),
      before: end,
      after: ascending ? above(last) : below(last),
    }
  }
  const lower = (range.after ?? 0) > 0 ? first : undefined
  return { items, walked: items, before: ascending ? lower : above(first), after: end }
}

/** An ascending window in the order that is asked for. */
export const turn = <K extends Parent['kind']>(
  window: Window<K>,
  order: 'asc' | 'desc',
): Window<K> =>
  order === 'asc'
    ? window
    : { ...window, items: window.items.toReversed(), before: window.after, after: window.before }
