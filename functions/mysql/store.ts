import type { ValueOf } from '../kinds/kinds.ts'
import type { Change } from '../protocol/model/reservation.ts'
import type { Store } from '../protocol/ports/stores.ts'
import { readTextOrNull, readWhole } from './cells.ts'
import { countChildren, countTombstones, ensureAbove } from './child-counts.ts'
import type { Cell, Db, Sql, SqlRow } from './db.ts'
import { type Below, fromTheRoot, keyOfChange, keyText, readKey, tableBelow } from './tables.ts'
import { tupleOf, upsertSql } from './upsert-sql.ts'

/**
 * By key, then by rev. Transactions that lock rows in one order do not wait for each other in a
 * ring.
 */
const sorted = <C extends Change>(changes: C[]): C[] =>
  changes
    .map((change) => ({ change, key: keyText(keyOfChange(change)) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.change.rev - b.change.rev))
    .map(({ change }) => change)

/** The rows as the upsert left them, by key. It has locked them all until the commit. */
async function readBack(sql: Sql, below: Below, keys: Cell[][]): Promise<Map<string, SqlRow>> {
  const table = tableBelow(below)
  const key = table.key.join(', ')
  const uncounted = 'deleted_at IS NOT NULL AND tombstone = 0 AS uncounted'
  const rows = await sql.query(
    `SELECT ${key}, rid, ${uncounted} FROM ${table.name} WHERE (${key}) IN (?)`,
    [keys],
  )
  return new Map(rows.map((row) => [keyText(readKey(table.key, row)), row]))
}

/**
 * The applications whose number another application has. The upsert alone cannot tell: their own
 * row may be there, as a stub without a number.
 */
async function takenNumbers(sql: Sql, changes: Change[]): Promise<Set<Change>> {
  const numbers = changes.map((change) => change.number)
  const rows = await sql.query('SELECT app, number FROM applications WHERE number IN (?)', [
    numbers,
  ])
  const holders = new Map(
    rows.map((row) => [readWhole(row.number), keyText(readKey(['app'], row))]),
  )
  return new Set(
    changes.filter((change) => {
      const holder = holders.get(change.number)
      return holder !== undefined && holder !== keyText(keyOfChange(change))
    }),
  )
}

/**
 * Whether a change has collided, by the row that is there after the upsert.
 *
 * Only a create is known to collide, by its rid; of an edit the row holds no more than a rev. An
 * edit that is not newer than the row may be a redelivery, or a later edit has overtaken it in the
 * queue; both happen every day. One that was numbered by a counter that had been set back (P9)
 * would look the same. So the reservation refuses that one: it gives no rev that is not above the
 * rev that the edit has read.
 */
const collides = (change: Change, row: SqlRow | undefined): boolean =>
  row === undefined || (change.act === 'create' && readTextOrNull(row.rid) !== change.rid)

/**
 * Writes the changes of one table, and their child counts into their parents' rows. Returns the
 * changes that collide.
 */
async function writeTable<K extends Below>(
  sql: Sql,
  below: K,
  all: Change<ValueOf[K]>[],
): Promise<Change[]> {
  if (all.length === 0) return []
  const taken = below === 'root' ? await takenNumbers(sql, all) : new Set<Change>()
  const changes = sorted(all.filter((change) => !taken.has(change)))
  if (changes.length === 0) return [...taken]
  await sql.query(upsertSql(below), [changes.map((change) => tupleOf(below, change))])
  const rows = await readBack(sql, below, changes.map(keyOfChange))
  const collided = new Set(
    changes.filter((change) => collides(change, rows.get(keyText(keyOfChange(change))))),
  )
  const stored = changes.filter((change) => !collided.has(change))
  const deleted = [...rows.values()].filter((row) => row.uncounted === 1)
  await countTombstones(sql, below, deleted)
  await countChildren(sql, below, stored, deleted)
  return [...taken, ...collided]
}

/**
 * Messages first, applications last: many batches share an application's row, so it is locked last
 * and shortest. For messages their application is only looked up: if every batch wrote to it, all
 * chats of an application would wait for each other.
 */
async function write(sql: Sql, changes: Change[]): Promise<Change[]> {
  const collisions: Change[] = []
  for (const below of fromTheRoot.toReversed()) {
    const own = changes.filter(({ parent }) => parent.kind === below)
    collisions.push(...(await writeTable(sql, below, own)))
  }
  await ensureAbove(sql, changes)
  return collisions
}

/**
 * Stores changes in MySQL, in one transaction (see Store). Rejects with MySQL's errors or with
 * DataError, and has then written nothing.
 */
export const storeOf = (db: Db): Store => ({
  store: (changes) => db.transaction((sql) => write(sql, changes)),
  renew: () => db.renew(),
})
