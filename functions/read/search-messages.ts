import type { RequestContext } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { pageResponse, relativeReference } from '../api/page-response.ts'
import { responseRoom } from '../api/response-room.ts'
import { allowedTable } from '../clients/allowed-table.ts'
import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { openSearch } from '../clients/opensearch.ts'
import { messageKind } from '../kinds/message.ts'
import type { Sql } from '../mysql/db.ts'
import { mysqlSearchOf } from '../mysql/mysql-search.ts'
import { rowsOf } from '../mysql/rows.ts'
import { type IndexSearch, indexSearchOf } from '../opensearch/index-search.ts'
import { badRequest, unavailable } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { requireChat } from '../protocol/read/require.ts'
import { SearchesBusy } from '../search/busy.ts'
import { type Criteria, criteriaOf } from '../search/criteria.ts'
import { highlighter } from '../search/highlight.ts'
import { cursorOf, type Place, placeOf } from '../search/hits.ts'
import { SearchTooLong } from '../search/too-long.ts'
import {
  type FoundMessages,
  findMessages,
  overlayLimits,
  type SearchPorts,
} from './find-messages.ts'

type Query = Call<'search-messages'>['query']

/**
 * Of the 15 s that the function has, counted from its start: until then it searches (MySQL ends
 * what runs there then) ...
 */
const searchMs = 8_000
/** ... and until then it makes hits ready to be shown. What is left hands them on. */
const showMs = 13_000

/**
 * The messages of a chat that contain the term, those that were just written included: 200 with
 * their representations, highlights, the exact total and the engine. They are fewer than `limit`,
 * with a cursor, where the size of a response or the time is used up. Throws Problems: 400, 404,
 * and 503 where too much is pending or to be looked through; and MySQL's errors.
 */
export async function searchMessages(
  ports: SearchPorts,
  call: Call<'search-messages'>,
): Promise<HttpResponse> {
  const { query, path } = call
  const began = ports.clock.now()
  const left = (ms: number) => () => began + ms - ports.clock.now()
  const criteria = criteriaOf(query)
  const after = readCursor(query)
  await requireChat(ports, path.token, path.chat, 'read')
  const wanted = { app: appKey(path.token), chat: path.chat, after, limit: query.limit + 1 }
  const result = await findMessages(ports, criteria, wanted, left(searchMs)).catch(refused)
  const data = shownOf(result, criteria, query.limit, left(showMs))
  const last = result.hits[data.length - 1]
  const more = last && result.hits.length > data.length
  const cursor = more ? cursorOf(query.order, last) : null
  const { total, engine } = result
  const next = cursor === null ? null : relativeReference({ ...query, after: cursor })
  const page = { next, prev: null, after: cursor, before: null }
  return pageResponse(data, page, { page: { total }, body: { engine } })
}

/**
 * The hits as clients see them, made one after the other: no more than the response takes (all at
 * once could fill the memory), nor than there is time for. The cursor goes on behind the last. The
 * first is shown whatever the time.
 */
function shownOf(
  { hits, overlay }: FoundMessages,
  criteria: Criteria,
  limit: number,
  leftMs: () => number,
): unknown[] {
  const room = responseRoom()
  const highlight = highlighter(criteria.terms)
  const data: unknown[] = []
  for (const { row } of hits.slice(0, limit)) {
    if (data.length > 0 && leftMs() <= 0) break
    const { ranges, truncated } = highlight(row.value.body)
    const shown = {
      ...messageKind.represent(row, overlay.get(row.number)?.status ?? 'stored'),
      highlights: ranges,
      highlights_truncated: truncated,
    }
    if (!room.takes(shown)) break
    data.push(shown)
  }
  return data
}

function refused(error: unknown): never {
  if (error instanceof SearchesBusy)
    throw unavailable('too many searches are running that MySQL has to do; try again', 2, error)
  if (!(error instanceof SearchTooLong)) throw error
  throw unavailable(
    'the chat could not be searched in the time there is; try again, or a narrower search',
    30,
    error,
  )
}

function readCursor({ after, order }: Query): Place | undefined {
  if (after === undefined) return undefined
  const place = placeOf(order, after)
  if (place) return place
  throw badRequest([
    { parameter: 'after', detail: 'must be the cursor of a page in the same order' },
  ])
}

export const handler = mysqlEndpoint('search-messages', (call, sql, request) =>
  searchMessages(searchPorts(sql, request), call),
)

/** Made once: it remembers that OpenSearch is away. */
let index: IndexSearch | undefined
function searchPorts(sql: Sql, { allowed }: RequestContext): SearchPorts {
  index ??= indexSearchOf(openSearch(), clock, log)
  return {
    table: allowedTable(table(), allowed),
    rows: rowsOf(sql),
    clock,
    index,
    overlayLimits,
    ...mysqlSearchOf(sql),
  }
}
