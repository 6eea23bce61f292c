import type { RequestContext } from '../api/application-endpoint.ts'
import { allowedTable } from '../clients/allowed-table.ts'
import { clock, ids } from '../clients/clock.ts'
import { tableUntil } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { deepQueue } from '../limits/limits.ts'
import type { Sql } from '../mysql/db.ts'
import { rowsOf } from '../mysql/rows.ts'
import { headCaps } from '../protocol/table/head.ts'
import type { EditPorts } from './edit.ts'

/**
 * What an edit or a delete needs of the world for one request, in production. The
 * clients are made on first use.
 */
export const editPorts = (sql: Sql, { signal, allowed }: RequestContext): EditPorts => ({
  table: allowedTable(tableUntil(signal), allowed),
  rows: rowsOf(sql),
  queue: queue(),
  clock,
  ids,
  log,
  caps: headCaps,
  deepQueue,
})
