import type { Context } from 'aws-lambda'
import { log } from '../clients/log.ts'
import { countMetrics } from '../clients/metrics.ts'
import { mysql } from '../clients/mysql.ts'
import { openSearch } from '../clients/opensearch.ts'
import { clock } from '../clients/system.ts'
import { outboxOf } from '../mysql/outbox.ts'
import { unindexPage } from '../mysql/unindex.ts'
import { indexOf } from '../opensearch/bulk.ts'
import { indexCareOf } from '../opensearch/refill-state.ts'
import { type Reindexed, reindex } from './reindex.ts'

/** A refill has the time for large bulks that persist does not have. */
const bulkMs = 10_000
/** Left for the call that runs when time is up. */
const marginMs = 15_000

/**
 * Every minute. Answers what it did; undefined: there is no index. An operator who distrusts the
 * index invokes it with `{"all": true}`: MySQL searches until all rows are in the outbox again, the
 * runs of the next minutes fill the index.
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
    care: indexCareOf(client),
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
