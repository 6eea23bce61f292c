import type { Version } from '../protocol/model/row.ts'
import { appBytes, readTextOrNull, readWhole } from './cells.ts'
import type { Sql } from './db.ts'

/**
 * Numbers that one statement looks up. A thousand batches that wait have a hundred times as many.
 */
const chunk = 1_000

/**
 * Who made the stored ones among these messages of a chat, and how new they are; no bodies, so that
 * many may be asked for. Errors are those of `sql`.
 */
export async function versionsIn(
  sql: Sql,
  app: string,
  chat: number,
  numbers: number[],
): Promise<Map<number, Version>> {
  const found = new Map<number, Version>()
  for (let at = 0; at < numbers.length; at += chunk) {
    const rows = await sql.query(
      'SELECT number, rid, rev FROM messages WHERE app = ? AND chat = ? AND number IN (?)',
      [appBytes(app), chat, numbers.slice(at, at + chunk)],
    )
    for (const row of rows)
      found.set(readWhole(row.number), { rid: readTextOrNull(row.rid), rev: readWhole(row.rev) })
  }
  return found
}
