import { limits } from '../limits/limits.ts'
import type { MysqlSearch } from '../mysql/mysql-search.ts'
import type { IndexSearch } from '../opensearch/index-search.ts'
import { unavailable } from '../problems/problem.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import { type PendingLimits, pendingMessages } from '../protocol/read/pending-messages.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import type { Criteria } from '../search/criteria.ts'
import { type FoundHits, pickHits, type WantedHits } from '../search/hits.ts'
import { type Overlay, overlayHits, overlayOf } from '../search/overlay.ts'

export interface SearchPorts extends ReadPorts, MysqlSearch {
  clock: Clock
  index: IndexSearch
  overlayLimits: OverlayLimits
}
/** The hits, with the engine that found them and the overlay that was looked at beside it. */
export type FoundMessages = FoundHits & { engine: 'opensearch' | 'mysql'; overlay: Overlay }

/** The index refreshes every second: what it has taken longer ago than this it shows. */
const refreshMs = 10_000
/** What one search loads at most for its overlay: of what is pending, and of rows. */
export interface OverlayLimits extends PendingLimits {
  /** Rows that the index may not show. */
  rows: number
}
const mebibyte = 1024 * 1024
/**
 * Where more rows of one chat are missing in the index, MySQL alone is quicker; and the memory is
 * bounded. 1,000 requests are what one chat takes in ten seconds. Each may be a batch of 128 KiB,
 * so all of them could be 130 MB for one search; their bytes have a bound too. The simulation
 * passes fewer rows.
 */
export const overlayLimits: OverlayLimits = {
  rows: Math.min(2_000, Math.floor((32 * mebibyte) / (limits.bodyBytes + limits.metadataBytes))),
  requests: 1_000,
  bytes: 16 * mebibyte,
}

/**
 * What a chat has for the criteria (docs/protocol.md#searching). The order of the reads makes it
 * right: a message moves from what is pending to MySQL and on to the index, so what has just left
 * one place has arrived in the next when that is read. What is pending and what MySQL says that the
 * index may not show is the overlay. It is matched here, and the engine is asked for all other
 * numbers; so each number is answered for exactly once, and the total is exact. If the overlay is
 * not whole MySQL searches, which needs no rows in it.
 *
 * Without MySQL a search fails even if the index is there: without the outbox it could show what is
 * deleted (P10). That is asked first, for while MySQL is away much is pending, and none of it need
 * be read for a 503. Throws MySQL's errors, SearchTooLong once `leftMs`, the milliseconds that are
 * left, are over, SearchesBusy (search-turn.ts), and 503 where too much is pending.
 */
export async function findMessages(
  ports: SearchPorts,
  criteria: Criteria,
  wanted: Omit<WantedHits, 'without'>,
  leftMs: () => number,
): Promise<FoundMessages> {
  await ports.ready()
  const { rows, ...most } = ports.overlayLimits
  const pending = await pendingMessages(ports, wanted.app, wanted.chat, most)
  if (!pending)
    throw unavailable('too many messages of this chat are on their way to be searched', 10)
  const numbers = [...new Set(pending.map(({ number }) => number))]
  const versions = await ports.versions(wanted.app, wanted.chat, numbers, leftMs)
  const since = ports.clock.now() - refreshMs
  const recent = ports.index.available()
    ? await ports.unsearchable(wanted.app, wanted.chat, since, rows, leftMs)
    : undefined
  const whole = recent !== undefined && recent.length < rows
  const overlay = overlayOf(pending, versions, whole ? recent : [])
  const others = { ...wanted, without: new Set(overlay.keys()) }
  const indexed = whole ? await ports.index.find(criteria, others) : undefined
  const found = indexed ?? (await ports.rowSearch(criteria, others, leftMs))
  const own = overlayHits(overlay, criteria, () => leftMs() > 0)
  return {
    total: found.total + own.length,
    hits: pickHits([...found.hits, ...own], criteria.order, wanted.after, wanted.limit),
    engine: indexed ? 'opensearch' : 'mysql',
    overlay,
  }
}
