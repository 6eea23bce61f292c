import type * as v from 'valibot'
import type { HttpResponse } from '../api/http-response.ts'
import { pageResponse, relativeReference } from '../api/page-response.ts'
import { fitting } from '../api/response-room.ts'
import type { listQuery } from '../api/schemas/queries.ts'
import type { ValueOf } from '../kinds/kinds.ts'
import { limits } from '../limits/limits.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Known, Range } from '../protocol/model/row.ts'
import { isBackwards, readList } from '../protocol/read/read-list.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import type { Head } from '../protocol/table/head.ts'

export type ListQuery = v.InferOutput<typeof listQuery>

/** A page in its order. */
interface Window<K extends Parent['kind']> {
  items: Known<ValueOf[K]>[]
  /** The same in the order in which they find room in the answer. */
  walked: Known<ValueOf[K]>[]
  /**
   * The number to go on before, undefined: nothing lies there. Not the first item's where
   * tombstones precede it.
   */
  before: number | undefined
  /** The same behind the last item. */
  after: number | undefined
}

type Of<K extends Parent['kind']> = Extract<Parent, { kind: K }>

/**
 * `limit` numbers with `around` in their middle; where one side is short, the other is not made
 * longer. Room is given from the middle outwards, or large ones below would push `around` out of
 * its own page.
 */
async function readAround<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  around: number,
  limit: number,
): Promise<Window<K>> {
  const half = Math.floor((limit - 1) / 2)
  const from: Range = { order: 'asc', after: Math.max(around - 1, 0), limit: limit - half }
  const upper = await readList<K>(ports, parent, from, head)
  // Nothing from the middle on: the nearest below stands for it, however small the page is.
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

/** One of each by turns; what is left of the longer at the end. */
const alternately = <T>(first: T[], second: T[]): T[] =>
  Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [
    ...first.slice(i, i + 1),
    ...second.slice(i, i + 1),
  ]).flat()

async function readRange<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  range: Range,
): Promise<Window<K>> {
  const { items, end } = await readList<K>(ports, parent, range, head)
  const first = items.at(0)?.row.number
  const last = items.at(-1)?.row.number
  const ascending = range.order === 'asc'
  // Beyond the bound that a page was read away from there is something if a number was given out
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

/**
 * A page of a parent's children as an answer: `represent` makes of each what clients see, `cursor`
 * what `after` and `before` name it by. Trimmed to the byte budget at its far end, around a number
 * at both.
 */
export async function readPage<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  query: ListQuery,
  represent: (known: Known<ValueOf[K]>) => unknown,
  cursor: (number: number) => string = String,
): Promise<HttpResponse> {
  const { around, limit, order = 'asc', ...bounds } = query
  const range: Range = { ...bounds, order, limit }
  const window =
    around === undefined
      ? await readRange<K>(ports, parent, head, range)
      : turn(await readAround<K>(ports, parent, head, around, limit), order)
  const { data, after, before } = trim(window, represent)
  const [further, back] =
    order === 'asc' ? (['after', 'before'] as const) : (['before', 'after'] as const)
  const shared = { order: query.order, limit: limit === limits.page.default ? undefined : limit }
  // Where a range has both bounds the way on ends at its far one.
  const bound = isBackwards(range) ? undefined : bounds[back]
  const onwards = { [back]: bound === undefined ? undefined : cursor(bound), ...shared }
  return pageResponse(data, {
    next: after === undefined ? null : relativeReference({ [further]: cursor(after), ...onwards }),
    prev: before === undefined ? null : relativeReference({ [back]: cursor(before), ...shared }),
  })
}

const turn = <K extends Parent['kind']>(window: Window<K>, order: 'asc' | 'desc'): Window<K> =>
  order === 'asc'
    ? window
    : { ...window, items: window.items.toReversed(), before: window.after, after: window.before }

/**
 * Cuts a page to the byte budget, at the ends that it was read towards; what is cut is still to
 * come.
 */
function trim<K extends Parent['kind']>(
  { items: all, walked, before, after }: Window<K>,
  represent: (known: Known<ValueOf[K]>) => unknown,
): Pick<Window<K>, 'before' | 'after'> & { data: unknown[] } {
  const shown = new Map(walked.map((one) => [one, represent(one)]))
  const fit = new Set(walked.slice(0, fitting([...shown.values()])))
  const items = all.filter((one) => fit.has(one))
  const [first, last] = [items.at(0), items.at(-1)]
  return {
    data: items.map((one) => shown.get(one)),
    before: first === all.at(0) ? before : first?.row.number,
    after: last === all.at(-1) ? after : last?.row.number,
  }
}
