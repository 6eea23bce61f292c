import type { ValueOf } from '../kinds/kinds.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Range, Row } from '../protocol/model/row.ts'
import type { Rows } from '../protocol/ports/stores.ts'
import { appBytes, readWhole } from './cells.ts'
import type { Sql } from './db.ts'
import { readRow, rowColumns } from './row-columns.ts'
import { childrenOf } from './tables.ts'

async function show<K extends Parent['kind']>(
  sql: Sql,
  kind: K,
  parent: Parent,
  number: number,
): Promise<Row<ValueOf[K]> | undefined> {
  const { from, values } = childrenOf(parent)
  const [row] = await sql.query(`SELECT ${rowColumns(kind)} FROM ${from} AND number = ?`, [
    ...values,
    number,
  ])
  return row && readRow(kind, row)
}

/** The statement walks the key of (parent, number) and sorts nothing. */
async function list<K extends Parent['kind']>(
  sql: Sql,
  kind: K,
  parent: Parent,
  range: Range,
): Promise<Row<ValueOf[K]>[]> {
  const { from, values } = childrenOf(parent)
  const before = range.before === undefined ? [] : [range.before]
  const below = before.length === 0 ? '' : ' AND number < ?'
  const rows = await sql.query(
    `SELECT ${rowColumns(kind)} FROM ${from}${below} AND number > ? ORDER BY number ${range.order} LIMIT ?`,
    [...values, ...before, range.after ?? 0, range.limit],
  )
  return rows.map((row) => readRow(kind, row))
}

/** The rows in MySQL (see Rows). Throws MySQL's errors. */
export const rowsOf = (db: Sql): Rows => ({
  show: (parent, number) => show(db, parent.kind, parent, number),
  list: (parent, range) => list(db, parent.kind, parent, range),
  async applicationNumber(app) {
    const [row] = await db.query('SELECT number FROM applications WHERE app = ?', [appBytes(app)])
    return row && row.number !== null ? readWhole(row.number) : undefined
  },
})
