import type { ValueOf } from '../kinds/values.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Range, Row } from '../protocol/model/row.ts'
import type { Rows } from '../protocol/ports/stores.ts'
import { appBytes, readWhole } from './cells.ts'
import type { Db, Sql, SqlRow } from './db.ts'
import { selectPage } from './select-page.ts'
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

async function list<K extends Kind>(
  sql: Sql,
  shape: Shape<K>,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
): Promise<Row<ValueOf[K]>[]> {
  const query = selectPage(shape.columns, shape.children(parent), range)
  const rows = (await sql.query(query.sql, query.values)).map(shape.toRow)
  return query.reversed ? rows.reverse() : rows
}

/** The rows in MySQL. Errors are the client's own: nothing here is caught. */
export const rowsOf = (db: Db): Rows => ({
  show: (parent, number) => show(db, shapes[parent.kind], parent, number),
  list: (parent, range) => list(db, shapes[parent.kind], parent, range),
  async applicationNumber(app) {
    const [row] = await db.query('SELECT number FROM applications WHERE app = ?', [appBytes(app)])
    return row && row.number !== null ? readWhole(row.number) : undefined
  },
})
