import type { RefillState } from '../opensearch/refill-state.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Index, MessageKey, Outbox, StoredMessage } from '../protocol/ports/stores.ts'

export interface ReindexPorts {
  outbox: Outbox
  index: Index
  refillState: RefillState
  /** Puts a page of rows into the outbox again (mysql/unindex.ts). */
  unindexPage(after: MessageKey | undefined): Promise<MessageKey | undefined>
  clock: Clock
  log: Log
  count(counts: { IndexRefused: number }): void
}

/** What one run did. Unless it is `done`, something is left, and the next run goes on. */
export interface Reindexed {
  indexed: number
  refused: number
  done: boolean
}

const batch = 200
/** Longer than a batch of persist can live (20 s): see refill. */
const settledMs = 30_000
/** Pages between two notes of how far a refill is. */
const pagesPerNote = 50

/**
 * One run. It makes and refills the index where that is missing, then gives it what MySQL's outbox
 * lists, until nothing is left, the index does not respond, or `deadlineMs` (since 1970) is
 * reached. With `all` everything is indexed again. Throws the errors of MySQL, and those of
 * OpenSearch outside of a bulk. They lose nothing: the next run goes on.
 */
export async function reindex(
  ports: ReindexPorts,
  deadlineMs: number,
  all = false,
): Promise<Reindexed> {
  const inTime = () => ports.clock.now() < deadlineMs
  const refilled = await refill(ports, inTime, all)
  const result = await indexOutbox(ports, inTime)
  return { ...result, done: result.done && refilled }
}

/**
 * An index that is not complete lacks rows that MySQL believes to be indexed. This puts all rows
 * into the outbox again, page by page; then the index may have its alias `complete`. Returns
 * whether it is complete.
 *
 * A batch of persist may have been indexed by the index that was lost, and be marked in MySQL only
 * now, after its rows were put back. So until every batch from before the new index is over, a run
 * puts back one page and forgets it, and the next run begins again. Where there are no rows, there
 * is no such batch.
 */
async function refill(
  { refillState, unindexPage, clock, log }: ReindexPorts,
  inTime: () => boolean,
  all: boolean,
) {
  if (all) await restart(refillState)
  const { complete, after, madeMs } = await refillState.read()
  if (complete) return true
  let page = after
  for (let pages = 1; inTime(); pages++) {
    const last = await unindexPage(page)
    if (last === undefined) {
      await refillState.complete()
      log('index_complete')
      return true
    }
    if (clock.now() < madeMs + settledMs) return false
    page = last
    if (pages % pagesPerNote === 0) await remember(refillState, page, log)
  }
  if (page) await remember(refillState, page, log)
  return false
}

/** An index that is missing is made by the reading, and needs no restart. */
async function restart(refillState: RefillState): Promise<void> {
  await refillState.read()
  await refillState.restart()
}

async function remember(refillState: RefillState, page: MessageKey, log: Log): Promise<void> {
  await refillState.remember(page)
  log('index_refilling', { app: page.app, chat: page.chat, number: page.number })
}

/** Batch by batch, in any order, for the index compares revs. */
async function indexOutbox(ports: ReindexPorts, inTime: () => boolean): Promise<Reindexed> {
  const sum = { indexed: 0, refused: 0 }
  while (inTime()) {
    const rows = await ports.outbox.unindexed(batch)
    if (rows.length === 0) return { ...sum, done: true }
    const { done, refused } = await indexRows(ports, rows)
    sum.indexed += done
    sum.refused += refused
    // Not one was indexed or refused: the index is away, and to ask it again at once would not
    // bring it back.
    if (done + refused === 0) break
  }
  return { ...sum, done: false }
}

/**
 * A message that the index refuses is marked so. Offered again and again, a few of them would fill
 * every batch. It stays in the overlay of its chat's searches, which find it (mysql/outbox.ts); it
 * is counted for the alarm, and named in the log.
 */
async function indexRows(
  ports: ReindexPorts,
  rows: StoredMessage[],
): Promise<{ done: number; refused: number }> {
  const outcomes = await ports.index.bulk(rows)
  const taken = rows.flatMap((row, at) =>
    outcomes[at] === 'later' ? [] : [{ ...row, refused: outcomes[at] === 'refused' }],
  )
  const refused = taken.filter((row) => row.refused)
  await ports.outbox.markIndexed(taken)
  for (const { app, chat, number, rev } of refused)
    ports.log('index_refused_for_good', { app, chat, number, rev })
  ports.count({ IndexRefused: refused.length })
  return { done: taken.length - refused.length, refused: refused.length }
}
