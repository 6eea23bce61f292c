import type { MessageKey } from '../protocol/ports/stores.ts'
import { appBytes } from './cells.ts'
import type { Sql } from './db.ts'
import { messageKey } from './tables.ts'

/** Sorts before every key. */
const first: MessageKey = { app: '0'.repeat(32), chat: 0, number: 0 }

/**
 * Puts the next `limit` messages behind the key `after` into the index's outbox again; without
 * `after` the first ones. Returns the key of the last of them, undefined where there was none.
 * Throws MySQL's errors.
 */
export async function unindexPage(
  sql: Sql,
  after: MessageKey = first,
  limit = 200,
): Promise<MessageKey | undefined> {
  const app = appBytes(after.app)
  // A comparison of rows, (app, chat, number) > (?, ?, ?), would not use the key. Without FORCE
  // INDEX the optimizer takes a smaller key and sorts all that is left of the table.
  const keys = await sql.query(
    `SELECT app, chat, number FROM messages FORCE INDEX (PRIMARY)
     WHERE app > ? OR (app = ? AND chat > ?) OR (app = ? AND chat = ? AND number > ?)
     ORDER BY app, chat, number LIMIT ?`,
    [app, app, after.chat, app, after.chat, after.number, limit],
  )
  const page = keys.map(messageKey)
  const last = page.at(-1)
  if (!last) return undefined
  const rows = page.map(() => 'ROW(?, ?, ?)').join(', ')
  await sql.query(
    `UPDATE (VALUES ${rows}) AS page (app, chat, number)
     STRAIGHT_JOIN messages ON messages.app = page.app AND messages.chat = page.chat AND messages.number = page.number
     SET messages.indexed_rev = 0`,
    page.flatMap((key) => [appBytes(key.app), key.chat, key.number]),
  )
  return last
}
