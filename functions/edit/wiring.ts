import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import type { Sql } from '../mysql/db.ts'
import { rowsOf } from '../mysql/rows.ts'
import { headCaps } from '../protocol/table/head.ts'
import type { EditPorts } from './edit.ts'

/** What edits and deletes need of the world, in production. The clients are made on first use. */
export const editPorts = (sql: Sql): EditPorts => ({
  table: table(),
  rows: rowsOf(sql),
  queue: queue(),
  clock,
  ids,
  log,
  caps: headCaps,
})
