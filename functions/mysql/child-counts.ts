import { lineOf } from '../protocol/model/parent.ts'
import type { Change } from '../protocol/model/reservation.ts'
import type { Cell, Sql, SqlRow } from './db.ts'
import {
  type Below,
  keyText,
  ownTable,
  parentCells,
  parentColumns,
  readKey,
  type SqlTable,
  tableBelow,
} from './tables.ts'

/**
 * Notes in the rows that are deleted that their parent's `deleted_children` counts them. It is of
 * the same transaction as the count, so each counts once.
 */
export async function countTombstones(sql: Sql, below: Below, deleted: SqlRow[]): Promise<void> {
  if (deleted.length === 0) return
  const { name, key } = tableBelow(below)
  await sql.query(`UPDATE ${name} SET tombstone = 1 WHERE (${key.join(', ')}) IN (?)`, [
    deleted.map((row) => readKey(key, row)),
  ])
}

/** What changes add to the child counts of one parent. */
interface Tally {
  key: Cell[]
  lastNumber: number
  childRev: number
  deleted: number
}

/** In the order of the parents' keys, for the locks. */
function talliesOf(below: Below, changes: Change[], deleted: SqlRow[]): Tally[] {
  const tallies = new Map<string, Tally>()
  for (const change of changes) {
    const key = parentCells(change.parent)
    const tally = tallies.get(keyText(key)) ?? { key, lastNumber: 0, childRev: 0, deleted: 0 }
    tally.lastNumber = Math.max(tally.lastNumber, change.number)
    tally.childRev = Math.max(tally.childRev, change.rev)
    tallies.set(keyText(key), tally)
  }
  for (const row of deleted) {
    const tally = tallies.get(keyText(readKey(parentColumns[below], row)))
    if (tally) tally.deleted += 1
  }
  return [...tallies].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally)
}

/**
 * Raises the child counts in the parents' rows: the greatest number, the greatest rev, and the
 * tombstones that were not counted yet. A parent whose row is missing gets a stub that holds them.
 * No count comes from adding 1 for a row, so a change that comes twice, or in any order, leaves the
 * same counts.
 */
export async function countChildren(
  sql: Sql,
  below: Below,
  changes: Change[],
  deleted: SqlRow[],
): Promise<void> {
  const own = ownTable[below]
  if (own === undefined || changes.length === 0) return
  const table = own.name
  const rows = talliesOf(below, changes, deleted).map((tally) => [
    ...tally.key,
    tally.lastNumber,
    tally.childRev,
    tally.deleted,
  ])
  await sql.query(
    `INSERT INTO ${table} (${own.key.join(', ')}, last_number, child_rev, deleted_children) VALUES ? AS new
     ON DUPLICATE KEY UPDATE last_number = GREATEST(${table}.last_number, new.last_number),
     child_rev = GREATEST(${table}.child_rev, new.child_rev),
     deleted_children = ${table}.deleted_children + new.deleted_children`,
    [rows],
  )
}

/**
 * Makes stubs of what the parents of the changes are in, where it is missing: of the application of
 * a chat to which messages came. Almost always it is there, and then a read without locks is all
 * that this takes.
 */
export async function ensureAbove(sql: Sql, changes: Change[]): Promise<void> {
  const above = changes.flatMap(({ parent }) => lineOf(parent).slice(1))
  for (const [kind, parents] of Map.groupBy(above, (parent) => parent.kind)) {
    const own = ownTable[kind]
    if (own) await ensureRows(sql, own, parents.map(parentCells))
  }
}

async function ensureRows(sql: Sql, { name, key }: SqlTable, wanted: Cell[][]): Promise<void> {
  const keys = new Map(wanted.map((cells) => [keyText(cells), cells]))
  const columns = key.join(', ')
  const rows = await sql.query(`SELECT ${columns} FROM ${name} WHERE (${columns}) IN (?)`, [
    [...keys.values()],
  ])
  for (const row of rows) keys.delete(keyText(readKey(key, row)))
  if (keys.size === 0) return
  const missing = [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, cells]) => cells)
  await sql.query(
    `INSERT INTO ${name} (${columns}) VALUES ? AS new
     ON DUPLICATE KEY UPDATE ${key[0]} = ${name}.${key[0]}`,
    [missing],
  )
}
