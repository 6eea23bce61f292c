import type { MessageKey, Outbox, StoredMessage } from '../protocol/ports/stores.ts'
import { appBytes, writeInstant } from './cells.ts'
import type { Sql, SqlRow } from './db.ts'
import { readRow, rowColumns } from './row-columns.ts'
import { messageKey } from './tables.ts'

const columns = rowColumns('chat')
const toStored = (row: SqlRow): StoredMessage => ({ ...messageKey(row), ...readRow('chat', row) })

/**
 * So many rows one statement marks. It holds their locks until it ends, and persist may wait for
 * one of them.
 */
const markChunk = 100

const byKey = (a: MessageKey, b: MessageKey): number =>
  a.app < b.app ? -1 : a.app > b.app ? 1 : a.chat - b.chat || a.number - b.number

type IndexedMark = Parameters<Outbox['markIndexed']>[0][number]

/**
 * The time at which a refused rev counts as indexed. As indexed it is out of the outbox, where it
 * would be offered again for ever. As indexed later than any `since` it is always among the rows
 * that the index may not show yet, which searches look at themselves. The next edit of the message
 * is offered again, and has a true time once the index has taken it.
 */
const never = "TIMESTAMP'9999-12-31 00:00:00.000'"

/**
 * `entries` are in the order of the key, in which persist writes, too: two transactions that lock
 * in one order never wait for each other in a ring.
 */
async function mark(sql: Sql, entries: IndexedMark[]): Promise<void> {
  const rows = entries.map(() => 'ROW(?, ?, ?, ?, ?)').join(', ')
  await sql.query(
    `UPDATE (VALUES ${rows}) AS seen (app, chat, number, rev, refused)
     STRAIGHT_JOIN messages ON messages.app = seen.app AND messages.chat = seen.chat AND messages.number = seen.number
     SET messages.indexed_rev = seen.rev, messages.indexed_at = IF(seen.refused, ${never}, UTC_TIMESTAMP(3))
     WHERE messages.indexed_rev < seen.rev`,
    entries.flatMap((entry) => [
      appBytes(entry.app),
      entry.chat,
      entry.number,
      entry.rev,
      entry.refused ? 1 : 0,
    ]),
  )
}

/** The outbox of the search index (see Outbox), in MySQL. Throws MySQL's errors. */
export const outboxOf = (db: Sql): Outbox => ({
  async markIndexed(entries) {
    const sorted = entries.toSorted(byKey)
    for (let at = 0; at < sorted.length; at += markChunk)
      await mark(db, sorted.slice(at, at + markChunk))
  },

  async unindexed(limit) {
    const rows = await db.query(`SELECT ${columns} FROM messages WHERE unindexed = 1 LIMIT ?`, [
      limit,
    ])
    return rows.map(toStored)
  },

  async unsearchable(app, chat, sinceMs, limit) {
    const key = [appBytes(app), chat]
    const since = writeInstant(new Date(sinceMs).toISOString())
    // Each SELECT reads a range of a key; an OR of the two would read the whole chat. The second
    // leaves out what the first has found.
    const rows = await db.query(
      `SELECT ${columns} FROM messages WHERE unindexed = 1 AND app = ? AND chat = ?
       UNION ALL
       SELECT ${columns} FROM messages
       WHERE app = ? AND chat = ? AND indexed_at >= ? AND unindexed IS NULL
       LIMIT ?`,
      [...key, ...key, since, limit],
    )
    return rows.map(toStored)
  },
})
