import { dbOf } from '../../functions/clients/mysql.ts'
import { connect } from '../../functions/clients/mysql-connection.ts'
import { textColumn } from '../../functions/kinds/column.ts'
import { appBytes, readWhole } from '../../functions/mysql/cells.ts'
import type { Db } from '../../functions/mysql/db.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import type { Chat } from './chats.ts'

let shared: Db | undefined
/** The database of the stack, by MYSQL_*. */
function db(): Db {
  shared ??= dbOf((ms) => connect(process.env.MYSQL_DATABASE, ms))
  return shared
}
/** To be called after the tests of a file. */
export const closeDatabase = (): void => shared?.renew()

/** The rows of a chat's messages in MySQL, by number. */
export async function storedMessages(chat: Chat): Promise<{ number: number; body: string }[]> {
  const rows = await db().query(
    'SELECT number, body FROM messages WHERE app = ? AND chat = ? AND rid IS NOT NULL ORDER BY number',
    [appBytes(appKey(chat.token)), chat.number],
  )
  return rows.map((row) => ({ number: readWhole(row.number), body: textColumn.read(row.body) }))
}

/** The numbers of an application's chats in MySQL. */
export async function storedChats(token: string): Promise<number[]> {
  const app = appBytes(appKey(token))
  const rows = await db().query(
    'SELECT number FROM chats WHERE app = ? AND rid IS NOT NULL ORDER BY number',
    [app],
  )
  return rows.map((row) => readWhole(row.number))
}

/**
 * How many of a chat's messages the index may not show yet. Until it may, a search gets them from
 * MySQL.
 */
export async function notYetSearchable(chat: Chat): Promise<number> {
  const [row] = await db().query(
    `SELECT COUNT(*) AS waiting FROM messages
     WHERE app = ? AND chat = ? AND (indexed_rev < rev OR indexed_at > UTC_TIMESTAMP(3) - INTERVAL 11 SECOND)`,
    [appBytes(appKey(chat.token)), chat.number],
  )
  return readWhole(row?.waiting)
}
