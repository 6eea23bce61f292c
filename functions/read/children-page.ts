import type * as v from 'valibot'
import type { HttpResponse } from '../api/http-response.ts'
import { pageResponse, relativeReference } from '../api/page-response.ts'
import { fitting } from '../api/response-room.ts'
import type { listQuery } from '../api/schemas/queries.ts'
import type { ValueOf } from '../kinds/kinds.ts'
import { limits } from '../limits/limits.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Known, Range } from '../protocol/model/row.ts'
import { isBackwards } from '../protocol/read/read-list.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import type { Head } from '../protocol/table/head.ts'
import { type Of, readAround, readRange, turn, type Window } from './window.ts'

export type ListQuery = v.InferOutput<typeof listQuery>

/**
 * A page of a parent's children as a response. `represent` makes of each what clients see, `cursor`
 * that by which `after` and `before` name it. A page that is too large for a response is cut at its
 * far end; one around a number at both ends.
 */
export async function readPage<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Of<K>,
  head: Head,
  query: ListQuery,
  represent: (known: Known<ValueOf[K]>) => unknown,
  cursor: (number: number) => string | number = (number) => number,
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
  // Where a range has both bounds, its far one also bounds the pages that follow.
  const bound = isBackwards(range) ? undefined : bounds[back]
  const onwards = { [back]: bound === undefined ? undefined : cursor(bound), ...shared }
  const nextCursor = after === undefined ? null : cursor(after)
  const prevCursor = before === undefined ? null : cursor(before)
  return pageResponse(data, {
    next: nextCursor === null ? null : relativeReference({ [further]: nextCursor, ...onwards }),
    prev: prevCursor === null ? null : relativeReference({ [back]: prevCursor, ...shared }),
    after: order === 'asc' ? nextCursor : prevCursor,
    before: order === 'asc' ? prevCursor : nextCursor,
  })
}

/**
 * Cuts a page to the size of a response, at the ends that it was read towards; `before` and `after`
 * are then those of what is left.
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
