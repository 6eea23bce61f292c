import type { Parent } from '../protocol/model/parent.ts'
import { readTextOrNull, readWhole } from './cells.ts'
import type { Cell, Sql, SqlRow } from './db.ts'
import {
  type Below,
  fromTheRoot,
  ownTable,
  parentCells,
  parentColumns,
  readParent,
  tableBelow,
} from './tables.ts'

/** What is stored of one thing: a row of applications, chats or messages. */
export interface AuditedRow {
  parent: Parent
  number: number
  rid: string | null
  rev: number
  deleted: boolean
}
/**
 * What the row of a parent says of itself: how many children it has, and whether it is a tombstone.
 */
export interface AuditedParent {
  parent: Parent
  count: number
  deleted: boolean
}

const deleted = 'deleted_at IS NOT NULL AS deleted'
const isDeleted = (row: SqlRow): boolean => row.deleted === 1

/** The parents of a kind, as `IN (?)` takes them. */
const keysOf = (parents: Parent[], kind: Below): Cell[][] =>
  parents.filter((parent) => parent.kind === kind).map(parentCells)

async function childrenBelow(sql: Sql, below: Below, parents: Parent[]): Promise<AuditedRow[]> {
  const keys = keysOf(parents, below)
  if (keys.length === 0) return []
  const above = parentColumns[below]
  const columns = [...above, 'number', 'rid', 'rev', deleted].join(', ')
  // A stub of an application has no number, and is nobody's child yet.
  const [condition, values] =
    below === 'root' ? ['number IS NOT NULL', []] : [`(${above.join(', ')}) IN (?)`, [keys]]
  const rows = await sql.query(
    `SELECT ${columns} FROM ${tableBelow(below).name} WHERE ${condition}`,
    values,
  )
  return rows.map((row) => ({
    parent: readParent(below, row),
    number: readWhole(row.number),
    rid: readTextOrNull(row.rid),
    rev: readWhole(row.rev),
    deleted: isDeleted(row),
  }))
}

/** The children of these parents, stubs and tombstones included. */
export async function auditedChildren(sql: Sql, parents: Parent[]): Promise<AuditedRow[]> {
  const rows: AuditedRow[] = []
  for (const below of fromTheRoot) rows.push(...(await childrenBelow(sql, below, parents)))
  return rows
}

async function ownRows(sql: Sql, kind: Below, parents: Parent[]): Promise<AuditedParent[]> {
  const own = ownTable[kind]
  const keys = keysOf(parents, kind)
  if (!own?.countColumn || keys.length === 0) return []
  // The row's key, by the names that its children have for it.
  const key = own.key.map((column, i) => `${column} AS ${parentColumns[kind][i]}`)
  const rows = await sql.query(
    `SELECT ${key.join(', ')}, ${own.countColumn} AS child_count, ${deleted} FROM ${own.name}
     WHERE (${own.key.join(', ')}) IN (?)`,
    [keys],
  )
  return rows.map((row) => ({
    parent: readParent(kind, row),
    count: readWhole(row.child_count),
    deleted: isDeleted(row),
  }))
}

/**
 * What the rows of these parents say of themselves; the root has no row, and one that is missing
 * says nothing.
 */
export async function auditedParents(sql: Sql, parents: Parent[]): Promise<AuditedParent[]> {
  const rows: AuditedParent[] = []
  for (const kind of fromTheRoot) rows.push(...(await ownRows(sql, kind, parents)))
  return rows
}
