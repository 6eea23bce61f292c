import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { pageResponse, relativeReference } from '../api/page-response.ts'
import { responseRoom } from '../api/response-room.ts'
import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { openSearch } from '../clients/opensearch.ts'
import { messageKind } from '../kinds/message.ts'
import { limits } from '../limits/limits.ts'
import type { Sql } from '../mysql/db.ts'
import { outboxOf } from '../mysql/outbox.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findInRows } from '../mysql/search-rows.ts'
import { versionsIn } from '../mysql/versions.ts'
import { type IndexSearch, indexSearchOf } from '../opensearch/index-search.ts'
import { badRequest, unavailable } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'
import type { Version } from '../protocol/model/row.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { StoredMessage } from '../protocol/ports/stores.ts'
import { type PendingLimits, pendingMessages } from '../protocol/read/pending-messages.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { requireChat } from '../protocol/read/require.ts'
import { type Criteria, criteriaOf, InvalidInstant } from '../search/criteria.ts'
import { highlighter } from '../search/highlight.ts'
import {
  cursorOf,
  type FoundHits,
  type Hit,
  type Place,
  pickHits,
  placeOf,
  type WantedHits,
} from '../search/hits.ts'
import { type Overlay, overlayHits, overlayOf } from '../search/overlay.ts'
import { SearchTooLong } from '../search/too-long.ts'

export interface SearchPorts extends ReadPorts {
  clock: Clock
  index: IndexSearch
  overlayLimits: OverlayLimits
  /** Rejects when MySQL is away. */
  ready(): Promise<unknown>
  /** Who made the stored ones among these messages, and how new they are. Throws SearchTooLong. */
  versions(
    app: string,
    chat: number,
    numbers: number[],
    inTime: () => boolean,
  ): Promise<ReadonlyMap<number, Version>>
  /**
   * See Outbox.unsearchable; `limit` bounds what one search loads, at least that many may come
   * back.
   */
  unsearchable(app: string, chat: number, sinceMs: number, limit: number): Promise<StoredMessage[]>
  /** The search in MySQL, complete by itself; throws SearchTooLong once it is not `inTime`. */
  rowSearch(criteria: Criteria, wanted: WantedHits, inTime: () => boolean): Promise<FoundHits>
}
type Query = Call<'search-messages'>['query']
type Result = FoundHits & { engine: 'opensearch' | 'mysql'; overlay: Overlay }

/** The index refreshes every second; what it was given longer ago than this it shows. */
const refreshMs = 10_000
/** What one search loads at most for its overlay: of what is pending, and of rows. */
export interface OverlayLimits extends PendingLimits {
  /** Rows that the index may not show. */
  rows: number
}
const mebibyte = 1024 * 1024
/**
 * Where more rows of one chat than these are missing in the index, MySQL alone is quicker, and the
 * memory is bounded. So many requests are ten seconds of one chat's stream; each may be a batch of
 * 128 KiB, and all of them would be 130 MB for one search, so their bytes have a bound too. The
 * simulation passes fewer rows.
 */
export const overlayLimits: OverlayLimits = {
  rows: Math.min(2_000, Math.floor((32 * mebibyte) / (limits.bodyBytes + limits.metadataBytes))),
  requests: 1_000,
  bytes: 16 * mebibyte,
}
/** Of the 15 s that the function has; a statement of MySQL that runs then may take 5 more. */
const searchMs = 8_000
/** Of the same 15 s: until then messages are made ready to be shown; what is left hands them on. */
const showMs = 13_000

/**
 * The messages of a chat that contain the term, read your writes included: 200 with the hits' whole
 * representations, their highlights, the exact total and the engine; fewer than `limit`, and a
 * cursor, where an answer's size or its time is used up. Throws Problems of 400 and 404, of 503
 * where too much waits or is to be looked through, and MySQL's errors.
 */
export async function searchMessages(
  ports: SearchPorts,
  call: Call<'search-messages'>,
): Promise<HttpResponse> {
  const { query, path } = call
  const began = ports.clock.now()
  const within = (ms: number) => () => ports.clock.now() < began + ms
  const criteria = readCriteria(query)
  const after = readCursor(query)
  await requireChat(ports, path.token, path.chat)
  const wanted = { app: appKey(path.token), chat: path.chat, after, limit: query.limit + 1 }
  const result = await find(ports, criteria, wanted, within(searchMs)).catch(tooLong)
  const data = shownOf(result, criteria, query.limit, within(showMs))
  const last = result.hits[data.length - 1]
  const next = last && result.hits.length > data.length ? nextOf(query, last) : null
  const { total, engine } = result
  return pageResponse(data, { next, prev: null }, { page: { total }, body: { engine } })
}

/**
 * One after the other, no more than the answer takes: all at once could fill the memory before they
 * are cut. Nor more than there is time for: the cursor goes on behind what is shown. The first is
 * shown whatever the time.
 */
function shownOf(
  { hits, overlay }: Result,
  criteria: Criteria,
  limit: number,
  inTime: () => boolean,
): unknown[] {
  const room = responseRoom()
  const highlight = highlighter(criteria.terms)
  const data: unknown[] = []
  for (const { row } of hits.slice(0, limit)) {
    if (data.length > 0 && !inTime()) break
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

function tooLong(error: unknown): never {
  if (!(error instanceof SearchTooLong)) throw error
  throw unavailable(
    'the chat could not be searched in the time there is; try again, or a narrower search',
    30,
    error,
  )
}

/**
 * The order makes it right: a message moves from what waits to MySQL and on to the index, so what
 * was missed in one place because it had just left has arrived in a later one. What waits and what
 * MySQL says the index may not show is the overlay; it answers for its numbers, and the engine is
 * asked for all others. So each number is answered for exactly once, and the total is exact. An
 * overlay that is not whole goes with MySQL's search, which needs none of the index's. MySQL away
 * is an error even if the index is there: without the outbox it could show what is deleted (P10).
 * That is found out first: while it is away much waits, none of which need be read for a 503.
 */
async function find(
  ports: SearchPorts,
  criteria: Criteria,
  wanted: Omit<WantedHits, 'without'>,
  inTime: () => boolean,
): Promise<Result> {
  await ports.ready()
  const { rows, ...most } = ports.overlayLimits
  const waiting = await pendingMessages(ports, wanted.app, wanted.chat, most)
  if (!waiting)
    throw unavailable('too many messages of this chat are on their way to be searched', 10)
  const numbers = [...new Set(waiting.map(({ number }) => number))]
  const versions = await ports.versions(wanted.app, wanted.chat, numbers, inTime)
  const since = ports.clock.now() - refreshMs
  const recent = ports.index.available()
    ? await ports.unsearchable(wanted.app, wanted.chat, since, rows)
    : undefined
  const whole = recent !== undefined && recent.length < rows
  const overlay = overlayOf(waiting, versions, whole ? recent : [])
  const others = { ...wanted, without: new Set(overlay.keys()) }
  const indexed = whole ? await ports.index.find(criteria, others) : undefined
  const found = indexed ?? (await ports.rowSearch(criteria, others, inTime))
  const own = overlayHits(overlay, criteria, inTime)
  return {
    total: found.total + own.length,
    hits: pickHits([...found.hits, ...own], criteria.order, wanted.after, wanted.limit),
    engine: indexed ? 'opensearch' : 'mysql',
    overlay,
  }
}

function readCriteria(query: Query): Criteria {
  try {
    return criteriaOf(query)
  } catch (error) {
    if (!(error instanceof InvalidInstant)) throw error
    throw badRequest([{ parameter: error.parameter, detail: error.message }])
  }
}

function readCursor({ after, order }: Query): Place | undefined {
  if (after === undefined) return undefined
  const place = placeOf(order, after)
  if (place) return place
  throw badRequest([
    { parameter: 'after', detail: 'must be the cursor of a page in the same order' },
  ])
}

/** The same query behind the last hit. */
const nextOf = (query: Query, last: Hit): string =>
  relativeReference({ ...query, after: cursorOf(query.order, last) })

export const handler = mysqlEndpoint('search-messages', (call, sql) =>
  searchMessages(searchPorts(sql), call),
)

/** Made once: it remembers that OpenSearch is away. */
let index: IndexSearch | undefined
function searchPorts(sql: Sql): SearchPorts {
  index ??= indexSearchOf(openSearch(), clock, log)
  return {
    table: table(),
    rows: rowsOf(sql),
    clock,
    index,
    overlayLimits,
    unsearchable: outboxOf(sql).unsearchable,
    ready: () => sql.query('SELECT 1'),
    versions: (app, chat, numbers, inTime) => versionsIn(sql, app, chat, numbers, inTime),
    rowSearch: (criteria, wanted, inTime) => findInRows(sql, criteria, wanted, inTime),
  }
}
