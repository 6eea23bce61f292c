import type { Version } from '../protocol/model/row.ts'
import { appBytes, readTextOrNull, readWhole } from './cells.ts'
import type { Sql } from './db.ts'

/** One statement looks up so many numbers. A thousand batches that wait have 100,000 of them. */
const chunk = 1_000

/**
 * Of these messages of a chat, those that are stored: by which create, and how new. Without bodies,
 * so that many can be asked for. Throws the errors of `sql`.
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
