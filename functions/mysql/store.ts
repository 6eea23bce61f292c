import type { ValueOf } from '../kinds/kinds.ts'
import { type Change, type ChangeBelow, isBelow } from '../protocol/model/reservation.ts'
import type { Store } from '../protocol/ports/stores.ts'
import { readTextOrNull, readWhole } from './cells.ts'
import { countChildren, countTombstones, ensureApplications } from './child-counts.ts'
import type { Cell, Db, Sql, SqlRow } from './db.ts'
import { type Below, keyOfChange, keyOfRow, keyText, tableBelow } from './tables.ts'
import { tupleOf, upsertSql } from './upsert-sql.ts'

/**
 * In the order of the key, then of the rev: transactions that lock in one order do not wait for
 * each other in a ring.
 */
const sorted = <C extends Change>(changes: C[]): C[] =>
  changes
    .map((change) => ({ change, key: keyText(keyOfChange(change)) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.change.rev - b.change.rev))
    .map(({ change }) => change)

/**
 * The rows that the changes left, by key. The upsert has locked them all: they stay so until the
 * commit.
 */
async function readBack(sql: Sql, below: Below, keys: Cell[][]): Promise<Map<string, SqlRow>> {
  const table = tableBelow(below)
  const key = table.key.join(', ')
  const uncounted = 'deleted_at IS NOT NULL AND tombstone = 0 AS uncounted'
  const rows = await sql.query(
    `SELECT ${key}, rid, ${uncounted} FROM ${table.name} WHERE (${key}) IN (?)`,
    [keys],
  )
  return new Map(rows.map((row) => [keyText(keyOfRow(below, row)), row]))
}

/**
 * Applications whose number is another application's. Their row may be a stub, so the upsert alone
 * cannot tell.
 */
async function takenNumbers(sql: Sql, changes: Change[]): Promise<Set<Change>> {
  const numbers = changes.map((change) => change.number)
  const rows = await sql.query('SELECT app, number FROM applications WHERE number IN (?)', [
    numbers,
  ])
  const holders = new Map(
    rows.map((row) => [readWhole(row.number), keyText(keyOfRow('root', row))]),
  )
  return new Set(
    changes.filter((change) => {
      const holder = holders.get(change.number)
      return holder !== undefined && holder !== keyText(keyOfChange(change))
    }),
  )
}

/**
 * Writes the changes of one table and what follows from them in their parents' rows; answers those
 * that collide.
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
  // Only creates can be told to collide: of an edit the row holds no rid, only a rev. One that is
  // not newer than the row may be a redelivery, or was overtaken by a later edit in the queue, both
  // every day's; that it was given out under counters that had been set back (P9) looks the same
  // here. So the reservation refuses it: it gives no rev that is not above the one that was read.
  const collides = (change: Change): boolean => {
    const row = rows.get(keyText(keyOfChange(change)))
    return row === undefined || (change.act === 'create' && readTextOrNull(row.rid) !== change.rid)
  }
  const deleted = [...rows.values()].filter((row) => row.uncounted === 1)
  await countTombstones(sql, below, deleted)
  await countChildren(
    sql,
    below,
    changes.filter((change) => !collides(change)),
    deleted,
  )
  return [...taken, ...changes.filter(collides)]
}

/**
 * Writes from the leaves up, so that the rows many batches share, an application's above all, are
 * locked last and shortest. A message's application is only looked for: writing to it with every
 * batch would serialise a tenant.
 */
async function write(sql: Sql, changes: Change[]): Promise<Change[]> {
  const below = <K extends Below>(kind: K): ChangeBelow<K>[] =>
    changes.filter((change) => isBelow(kind, change))
  const collisions = [
    ...(await writeTable<'chat'>(sql, 'chat', below('chat'))),
    ...(await writeTable<'application'>(sql, 'application', below('application'))),
    ...(await writeTable<'root'>(sql, 'root', below('root'))),
  ]
  await ensureApplications(sql, below('chat'))
  return collisions
}

/**
 * The store of persist, over MySQL. Rejects with the client's errors, or DataError; then nothing
 * was written.
 */
export const storeOf = (db: Db): Store => ({
  store: (changes) => db.transaction((sql) => write(sql, changes)),
  renew: () => db.renew(),
})
