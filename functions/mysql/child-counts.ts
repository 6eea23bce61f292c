import type { Change } from '../protocol/model/reservation.ts'
import { appBytes, readApp } from './cells.ts'
import type { Cell, Sql, SqlRow } from './db.ts'
import {
  type Below,
  keyOfRow,
  keyText,
  ownTable,
  parentCells,
  readParent,
  tableBelow,
} from './tables.ts'

/**
 * Notes on the rows that their parent's `deleted_children` counts them. In the transaction, so each
 * counts once.
 */
export async function countTombstones(sql: Sql, below: Below, deleted: SqlRow[]): Promise<void> {
  if (deleted.length === 0) return
  const { name, key } = tableBelow(below)
  await sql.query(`UPDATE ${name} SET tombstone = 1 WHERE (${key.join(', ')}) IN (?)`, [
    deleted.map((row) => keyOfRow(below, row)),
  ])
}

interface Tally {
  key: Cell[]
  lastNumber: number
  childRev: number
  deleted: number
}

/**
 * Raises the parents' counters: the greatest number and rev, and the new tombstones. A parent that
 * is missing becomes a stub that holds them. Nothing is added for a row, so a change that comes
 * twice, or in any order, counts the same.
 */
export async function countChildren(
  sql: Sql,
  below: Below,
  changes: Change[],
  deleted: SqlRow[],
): Promise<void> {
  const own = ownTable[below]
  if (own === undefined) return
  const tallies = new Map<string, Tally>()
  for (const change of changes) {
    const key = parentCells(change.parent)
    const tally = tallies.get(keyText(key)) ?? { key, lastNumber: 0, childRev: 0, deleted: 0 }
    tally.lastNumber = Math.max(tally.lastNumber, change.number)
    tally.childRev = Math.max(tally.childRev, change.rev)
    tallies.set(keyText(key), tally)
  }
  for (const row of deleted) {
    const tally = tallies.get(keyText(parentCells(readParent(below, row))))
    if (tally) tally.deleted += 1
  }
  const rows = [...tallies.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, tally]) => [...tally.key, tally.lastNumber, tally.childRev, tally.deleted])
  if (rows.length === 0) return
  const table = own.name
  await sql.query(
    `INSERT INTO ${table} (${own.key.join(', ')}, last_number, child_rev, deleted_children) VALUES ? AS new
     ON DUPLICATE KEY UPDATE last_number = GREATEST(${table}.last_number, new.last_number),
     child_rev = GREATEST(${table}.child_rev, new.child_rev),
     deleted_children = ${table}.deleted_children + new.deleted_children`,
    [rows],
  )
}

/**
 * The applications of messages exist, if only as stubs. Almost always they do: a read, and no lock,
 * is all it takes.
 */
export async function ensureApplications(sql: Sql, changes: Change[]): Promise<void> {
  const wanted = new Set(
    changes.flatMap(({ parent }) => (parent.kind === 'root' ? [] : [parent.app])),
  )
  if (wanted.size === 0) return
  const keys = [...wanted].toSorted().map(appBytes)
  const rows = await sql.query('SELECT app FROM applications WHERE app IN (?)', [keys])
  const found = new Set(rows.map((row) => readApp(row.app)))
  const missing = keys.filter((key) => !found.has(readApp(key)))
  if (missing.length === 0) return
  await sql.query(
    'INSERT INTO applications (app) VALUES ? AS new ON DUPLICATE KEY UPDATE app = applications.app',
    [missing.map((key) => [key])],
  )
}
