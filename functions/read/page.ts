import type * as v from 'valibot'
import { fitting, pageAnswer, reference } from '../api/paging.ts'
import type { Answer } from '../api/problem.ts'
import type { Range, ValueOf } from '../protocol/change.ts'
import type { ReadPorts } from '../protocol/current.ts'
import type { Head } from '../protocol/head.ts'
import { isBackwards, list } from '../protocol/listing.ts'
import type { Known } from '../protocol/merge.ts'
import type { Parent } from '../protocol/parent.ts'
import { limits } from '../resources/limits.ts'
import type { listQuery } from '../resources/queries.ts'

export type ListQuery = v.InferOutput<typeof listQuery>

/** A page in its order, and whether anything lies before its first and behind its last. */
interface Window<K extends Parent['kind']> {
  items: Known<ValueOf[K]>[]
  before: boolean
  after: boolean
  /** Where to go on, if that is not behind the last item, or before the first: tombstones follow. */
  end?: number | undefined
}

type Of<K extends Parent['kind']> = Extract<Parent, { kind: K }>

/** `limit` numbers with `around` in their middle; where one side is short, the other is not made longer. */
async function readAround<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  around: number,
  limit: number,
): Promise<Window<K>> {
  const half = Math.floor((limit - 1) / 2)
  const lower =
    half === 0
      ? { items: [], more: around > 1, end: undefined }
      : await list<K>(ports, parent, { order: 'desc', before: around, limit: half }, head)
  const upper = await list<K>(
    ports,
    parent,
    { order: 'asc', after: Math.max(around - 1, 0), limit: limit - half },
    head,
  )
  return { items: [...lower.items.toReversed(), ...upper.items], before: lower.more, after: upper.more }
}

async function readRange<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  range: Range,
): Promise<Window<K>> {
  const { items, more, end } = await list<K>(ports, parent, range, head)
  const first = items.at(0)?.row.number ?? 0
  const last = items.at(-1)?.row.number ?? 0
  // Beyond the bound that a page was read away from there is something if a number was given out there.
  if (range.order === 'asc') {
    if (isBackwards(range)) return { items, before: more, after: items.length > 0 && last < head.seq, end }
    return { items, before: (range.after ?? 0) > 0 && items.length > 0, after: more, end }
  }
  if (isBackwards(range)) return { items, before: more, after: last > 1, end }
  return { items, before: items.length > 0 && first < head.seq, after: more, end }
}

/**
 * A page of a parent's children as an answer: `represent` makes of each what clients see, `cursor` what `after` and
 * `before` name it by. Trimmed to the byte budget at its far end.
 */
export async function readPage<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  query: ListQuery,
  represent: (known: Known<ValueOf[K]>) => unknown,
  cursor: (number: number) => string = String,
): Promise<Answer> {
  const { around, limit, order = 'asc', ...bounds } = query
  const range: Range = { ...bounds, order, limit }
  const window =
    around === undefined
      ? await readRange<K>(ports, parent, head, range)
      : turn(await readAround<K>(ports, parent, head, around, limit), order)
  const backwards = around === undefined && isBackwards(range)
  const page = trim(window, represent, backwards)
  const [further, back] = order === 'asc' ? (['after', 'before'] as const) : (['before', 'after'] as const)
  const first = (backwards ? page.end : undefined) ?? page.items.at(0)?.row.number
  const last = (backwards ? undefined : page.end) ?? page.items.at(-1)?.row.number
  const shared = { order: query.order, limit: limit === limits.page.default ? undefined : limit }
  // Where a range has both bounds the way on ends at its far one.
  const bound = backwards ? undefined : bounds[back]
  const onwards = { [back]: bound === undefined ? undefined : cursor(bound), ...shared }
  return pageAnswer(page.data, {
    next: page.after && last !== undefined ? reference({ [further]: cursor(last), ...onwards }) : null,
    prev: page.before && first !== undefined ? reference({ [back]: cursor(first), ...shared }) : null,
  })
}

const turn = <K extends Parent['kind']>(window: Window<K>, order: 'asc' | 'desc'): Window<K> =>
  order === 'asc' ? window : { items: window.items.toReversed(), before: window.after, after: window.before }

/** Cuts a page to the byte budget, at the end that it was read towards; what is cut is still to come. */
function trim<K extends Parent['kind']>(
  window: Window<K>,
  represent: (known: Known<ValueOf[K]>) => unknown,
  backwards: boolean,
): Window<K> & { data: unknown[] } {
  const walked = backwards ? window.items.toReversed() : window.items
  const fit = walked.slice(0, fitting(walked.map(represent)))
  const cut = fit.length < walked.length
  const items = backwards ? fit.toReversed() : fit
  return {
    items,
    data: items.map(represent),
    end: cut ? undefined : window.end,
    before: window.before || (cut && backwards),
    after: window.after || (cut && !backwards),
  }
}
