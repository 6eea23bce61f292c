import type { Change } from '../protocol/model/reservation.ts'
import type { Store } from '../protocol/ports/stores.ts'
import { readTextOrNull, readWhole } from './cells.ts'
import { countChildren, countTombstones, ensureApplications } from './child-counts.ts'
import type { Cell, Db, Sql, SqlRow } from './db.ts'
import {
  applicationsTable,
  chatsTable,
  keyOfRow,
  keyText,
  messagesTable,
  type TableMapping,
  tupleOf,
  upsertSql,
} from './upsert-sql.ts'

/**
 * In the order of the key, then of the rev: transactions that lock in one order do not wait for
 * each other in a ring.
 */
const sorted = (target: TableMapping, changes: Change[]): Change[] =>
  changes
    .map((change) => ({ change, key: keyText(target.keyOf(change)) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.change.rev - b.change.rev))
    .map(({ change }) => change)

/**
 * The rows that the changes left, by key. The upsert has locked them all: they stay so until the
 * commit.
 */
async function readBack(
  sql: Sql,
  target: TableMapping,
  keys: Cell[][],
): Promise<Map<string, SqlRow>> {
  const key = target.key.join(', ')
  const uncounted = 'deleted_at IS NOT NULL AND tombstone = 0 AS uncounted'
  const rows = await sql.query(
    `SELECT ${key}, rid, ${uncounted} FROM ${target.table} WHERE (${key}) IN (?)`,
    [keys],
  )
  return new Map(rows.map((row) => [keyText(keyOfRow(target, row)), row]))
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
    rows.map((row) => [readWhole(row.number), keyText(keyOfRow(applicationsTable, row))]),
  )
  return new Set(
    changes.filter((change) => {
      const holder = holders.get(change.number)
      return holder !== undefined && holder !== keyText(applicationsTable.keyOf(change))
    }),
  )
}

/**
 * Writes the changes of one table and what follows from them in their parents' rows; answers those
 * that collide.
 */
async function writeTable(sql: Sql, target: TableMapping, all: Change[]): Promise<Change[]> {
  const taken =
    target === applicationsTable && all.length > 0
      ? await takenNumbers(sql, all)
      : new Set<Change>()
  const changes = sorted(
    target,
    all.filter((change) => !taken.has(change)),
  )
  if (changes.length === 0) return [...taken]
  await sql.query(upsertSql(target), [changes.map((change) => tupleOf(target, change))])
  const rows = await readBack(
    sql,
    target,
    changes.map((change) => target.keyOf(change)),
  )
  // Only creates can be told to collide: of an edit the row holds no rid, only a rev. One that is
  // not newer than the row may be a redelivery, or was overtaken by a later edit in the queue, both
  // every day's; that it was given out under counters that had been set back (P9) looks the same
  // here. So the reservation refuses it: it gives no rev that is not above the one that was read.
  const collides = (change: Change): boolean => {
    const row = rows.get(keyText(target.keyOf(change)))
    return row === undefined || (change.act === 'create' && readTextOrNull(row.rid) !== change.rid)
  }
  const deleted = [...rows.values()].filter((row) => row.uncounted === 1)
  await countTombstones(sql, target, deleted)
  await countChildren(
    sql,
    target,
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
  const of = (kind: Change['parent']['kind']) =>
    changes.filter((change) => change.parent.kind === kind)
  const collisions = [
    ...(await writeTable(sql, messagesTable, of('chat'))),
    ...(await writeTable(sql, chatsTable, of('application'))),
    ...(await writeTable(sql, applicationsTable, of('root'))),
  ]
  await ensureApplications(sql, of('chat'))
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
