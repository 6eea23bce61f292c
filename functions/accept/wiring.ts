import type { RequestContext } from '../api/application-endpoint.ts'
import { allowedTable } from '../clients/allowed-table.ts'
import { clock, ids } from '../clients/clock.ts'
import { tableUntil } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { deepQueue } from '../limits/limits.ts'
import { headCaps } from '../protocol/table/head.ts'
import type { AcceptPorts } from './accept.ts'

/**
 * What a create needs of the world for one request, in production. The clients are
 * made on first use.
 */
export const acceptPorts = ({ signal, allowed }: RequestContext): AcceptPorts => ({
  table: allowedTable(tableUntil(signal), allowed),
  queue: queue(),
  clock,
  ids,
  log,
  caps: headCaps,
  deepQueue,
})
