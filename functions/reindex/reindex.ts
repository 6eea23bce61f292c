import type { IndexCare } from '../opensearch/refill-state.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Index, MessageKey, Outbox, StoredMessage } from '../protocol/ports/stores.ts'

export interface ReindexPorts {
  outbox: Outbox
  index: Index
  care: IndexCare
  /** See unindexPage: puts a page of rows into the outbox again. */
  unindexPage(after: MessageKey | undefined): Promise<MessageKey | undefined>
  clock: Clock
  log: Log
  count(counts: { IndexRefused: number }): void
}

/**
 * What one run did. `done`: nothing is left; else time was up or the index went away, and the next
 * run goes on.
 */
export interface Reindexed {
  indexed: number
  refused: number
  done: boolean
}

const batch = 200
/** Longer than a batch of persist can live (20 s): see refill. */
const settledMs = 30_000

/**
 * One run: makes and refills the index where it is missing, then gives it what MySQL's outbox
 * lists, until nothing is left, the index does not answer, or `deadlineMs` (since 1970) is reached.
 * `all`: everything is indexed again. Errors of MySQL, and of OpenSearch outside of a bulk, rise;
 * nothing is lost by them, the next run goes on.
 */
export async function reindex(
  ports: ReindexPorts,
  deadlineMs: number,
  all = false,
): Promise<Reindexed> {
  const inTime = () => ports.clock.now() < deadlineMs
  const refilled = await refill(ports, inTime, all)
  const result = await empty(ports, inTime)
  return { ...result, done: result.done && refilled }
}

/**
 * An index that is not complete has lost rows that MySQL believes indexed. Puts all rows into the
 * outbox again, page by page; then the index is complete in the sense of its alias. True: it is.
 *
 * A batch of persist may have been indexed by the index that was lost, and be marked so only now.
 * So rows are put back only when every batch from before the new index is over; that persist is not
 * running where there are no rows.
 */
async function refill(
  { care, unindexPage, clock, log }: ReindexPorts,
  inTime: () => boolean,
  all: boolean,
) {
  if (all) await restart(care)
  const { complete, after, madeMs } = await care.filling()
  if (complete) return true
  let page = after
  for (let pages = 1; inTime(); pages++) {
    const last = await unindexPage(page)
    if (last === undefined) {
      await care.complete()
      log('index_complete')
      return true
    }
    if (clock.now() < madeMs + settledMs) return false
    page = last
    if (pages % 50 === 0) await remember(care, page, log)
  }
  if (page) await remember(care, page, log)
  return false
}

/** An index that is missing begins anew by itself. */
async function restart(care: IndexCare): Promise<void> {
  await care.filling()
  await care.restart()
}

async function remember(care: IndexCare, page: MessageKey, log: Log): Promise<void> {
  await care.remember(page)
  log('index_refilling', { app: page.app, chat: page.chat, number: page.number })
}

/** Batch by batch, in no order: the index compares revs. */
async function empty(ports: ReindexPorts, inTime: () => boolean): Promise<Reindexed> {
  const sum = { indexed: 0, refused: 0 }
  while (inTime()) {
    const rows = await ports.outbox.unindexed(batch)
    if (rows.length === 0) return { ...sum, done: true }
    const { done, refused } = await give(ports, rows)
    sum.indexed += done
    sum.refused += refused
    // Not one was taken or refused: the index is away, and asking again at once would not bring it
    // back.
    if (done + refused === 0) break
  }
  return { ...sum, done: false }
}

/**
 * A refused message is marked as refused: offered again and again, a few of them would fill every
 * batch. It stays in the overlay of its chat's searches, so it is found (rows/outbox.ts), is
 * counted, alarmed and named in the log.
 */
async function give(
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
