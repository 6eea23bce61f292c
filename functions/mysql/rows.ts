import type { ValueOf } from '../kinds/values.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Range, Row } from '../protocol/model/row.ts'
import type { Rows } from '../protocol/ports/stores.ts'
import { appBytes, readWhole } from './cells.ts'
import type { Sql, SqlRow } from './db.ts'
import {
  applicationColumns,
  applicationFromRow,
  type Children,
  chatColumns,
  chatFromRow,
  childrenTable,
  messageColumns,
  messageFromRow,
} from './tables.ts'

type Kind = Parent['kind']
interface Shape<K extends Kind> {
  columns: string
  children(parent: Extract<Parent, { kind: K }>): Children
  toRow(row: SqlRow): Row<ValueOf[K]>
}

const shapes: { [K in Kind]: Shape<K> } = {
  root: { columns: applicationColumns, children: childrenTable.root, toRow: applicationFromRow },
  application: { columns: chatColumns, children: childrenTable.application, toRow: chatFromRow },
  chat: { columns: messageColumns, children: childrenTable.chat, toRow: messageFromRow },
}

async function show<K extends Kind>(
  sql: Sql,
  shape: Shape<K>,
  parent: Extract<Parent, { kind: K }>,
  number: number,
): Promise<Row<ValueOf[K]> | undefined> {
  const { from, values } = shape.children(parent)
  const [row] = await sql.query(`SELECT ${shape.columns} FROM ${from} AND number = ?`, [
    ...values,
    number,
  ])
  return row && shape.toRow(row)
}

/** One page; the statement walks the key of (parent, number) and sorts nothing. */
async function list<K extends Kind>(
  sql: Sql,
  shape: Shape<K>,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
): Promise<Row<ValueOf[K]>[]> {
  const { from, values } = shape.children(parent)
  const before = range.before === undefined ? [] : [range.before]
  const below = before.length === 0 ? '' : ' AND number < ?'
  const rows = await sql.query(
    `SELECT ${shape.columns} FROM ${from}${below} AND number > ? ORDER BY number ${range.order} LIMIT ?`,
    [...values, ...before, range.after ?? 0, range.limit],
  )
  return rows.map(shape.toRow)
}

/** The rows in MySQL. Errors are the client's own: nothing here is caught. */
export const rowsOf = (db: Sql): Rows => ({
  show: (parent, number) => show(db, shapes[parent.kind], parent, number),
  list: (parent, range) => list(db, shapes[parent.kind], parent, range),
  async applicationNumber(app) {
    const [row] = await db.query('SELECT number FROM applications WHERE app = ?', [appBytes(app)])
    return row && row.number !== null ? readWhole(row.number) : undefined
  },
})
