import type { MessageKey, Outbox, StoredMessage } from '../protocol/ports/stores.ts'
import { appBytes, writeInstant } from './cells.ts'
import type { Sql, SqlRow } from './db.ts'
import { readRow, rowColumns } from './row-columns.ts'
import { messageKey } from './tables.ts'

const columns = rowColumns('chat')
const toStored = (row: SqlRow): StoredMessage => ({ ...messageKey(row), ...readRow('chat', row) })

/**
 * How many rows one statement marks: it holds their locks, and persist may be waiting for one of
 * them.
 */
const markChunk = 100

const byKey = (a: MessageKey, b: MessageKey): number =>
  a.app < b.app ? -1 : a.app > b.app ? 1 : a.chat - b.chat || a.number - b.number

type IndexedMark = Parameters<Outbox['markIndexed']>[0][number]

/**
 * When a refused rev was indexed: at a time that never comes. So the row is out of the outbox,
 * where it would be offered for ever, and always among those of its chat that the index may not
 * show yet: searches look at it themselves. The next edit is offered again, and what the index
 * takes then has a time as any other.
 */
const never = "TIMESTAMP'9999-12-31 00:00:00.000'"

/**
 * In the order of the key, as persist writes them: two that lock in one order never wait for each
 * other.
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

/** What the search index has yet to see, in MySQL. Errors are the client's own. */
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
    // Two ranges of two keys; an OR of them would read the whole chat. A row in both is taken from
    // the first.
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
