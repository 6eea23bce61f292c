import type { RequestContext } from '../api/application-endpoint.ts'
import { allowedTable } from '../clients/allowed-table.ts'
import { table } from '../clients/dynamodb.ts'
import type { Sql } from '../mysql/db.ts'
import { rowsOf } from '../mysql/rows.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'

/**
 * What reads need of the world, in production. The clients are made on first use. A search needs
 * more (search-messages.ts), and no other function should carry that with it.
 */
export const readPorts = (sql: Sql, { allowed }: RequestContext): ReadPorts => ({
  table: allowedTable(table(), allowed),
  rows: rowsOf(sql),
})
