import type { SQSHandler } from 'aws-lambda'
import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { countMetrics } from '../clients/metrics.ts'
import { mysql } from '../clients/mysql.ts'
import { openSearch } from '../clients/opensearch.ts'
import { quarantine } from '../clients/sqs.ts'
import { visibility } from '../clients/visibility.ts'
import { outboxOf } from '../mysql/outbox.ts'
import { storeOf } from '../mysql/store.ts'
import { indexOf } from '../opensearch/bulk.ts'
import { keptMs } from '../protocol/table/request-writes.ts'
import { persist } from './persist.ts'
import type { PersistPorts } from './ports.ts'

let ports: PersistPorts | undefined

/** Made once: the index's circuit and the connections live as long as the instance. */
const wired = (): PersistPorts => {
  ports ??= {
    store: storeOf(mysql()),
    outbox: outboxOf(mysql()),
    index: indexOf(openSearch(), clock, { log }),
    table: table(),
    clock,
    keptMs,
    quarantine: quarantine(),
    visibility: visibility(),
    log,
    count: countMetrics,
  }
  return ports
}

/** The consumer of the queue: it returns partial batch responses, and never throws. */
export const handler: SQSHandler = async (event, context) => ({
  batchItemFailures: await persist(wired(), event.Records, () =>
    context.getRemainingTimeInMillis(),
  ),
})
