import type { Context } from 'aws-lambda'
import { clock } from '../clients/clock.ts'
import { log } from '../clients/log.ts'
import { countMetrics } from '../clients/metrics.ts'
import { mysql } from '../clients/mysql.ts'
import { openSearch } from '../clients/opensearch.ts'
import { outboxOf } from '../mysql/outbox.ts'
import { unindexPage } from '../mysql/unindex.ts'
import { indexOf } from '../opensearch/bulk.ts'
import { refillStateOf } from '../opensearch/refill-state.ts'
import { type Reindexed, reindex } from './reindex.ts'

/** Per bulk. Persist has one second, but a refill has the time for large ones. */
const bulkMs = 10_000
/** Kept back for the call that runs when the time is up. */
const marginMs = 15_000

/**
 * Runs every minute. Returns what it did, or undefined where there is no index. An operator who
 * distrusts the index invokes it with `{"all": true}`: MySQL then searches until all rows are in
 * the outbox again, and the runs of the next minutes fill the index.
 */
export async function handler(
  event: { all?: boolean },
  context: Context,
): Promise<Reindexed | undefined> {
  const client = openSearch()
  if (!client) return undefined
  const db = mysql()
  const ports = {
    outbox: outboxOf(db),
    index: indexOf(client, clock, { timeoutMs: bulkMs, log }),
    refillState: refillStateOf(client),
    unindexPage: (after: Parameters<typeof unindexPage>[1]) => unindexPage(db, after),
    clock,
    log,
    count: countMetrics,
  }
  const deadlineMs = clock.now() + context.getRemainingTimeInMillis() - marginMs
  const result = await reindex(ports, deadlineMs, event.all === true)
  log('reindexed', { ...result })
  return result
}
