import { applicationParent, chatParent, type Parent, root } from '../protocol/model/parent.ts'
import type { StoredCounts } from '../protocol/write/raise-head.ts'
import { appBytes, readApp, readWhole } from './cells.ts'
import type { Sql, SqlRow } from './db.ts'

const deleted = 'deleted_at IS NOT NULL AS deleted'
const stored = (parent: Parent, row: SqlRow): StoredCounts => ({
  parent,
  lastNumber: readWhole(row.last_number),
  childRev: readWhole(row.child_rev),
  deleted: row.deleted === 1,
})

/**
 * The root has no row of its own: the greatest number of its children tells. Its rev is not below
 * that, and the rows' revs say no more of it, for applications count their edits themselves.
 */
async function rootPage(sql: Sql): Promise<StoredCounts[]> {
  const rows = await sql.query(
    `SELECT COALESCE(MAX(number), 0) AS last_number, COALESCE(MAX(number), 0) AS child_rev,
            0 AS deleted FROM applications`,
  )
  return rows.map((row) => stored(root, row))
}

async function applicationsPage(sql: Sql, after: string, limit: number): Promise<StoredCounts[]> {
  const rows = await sql.query(
    `SELECT app, number, last_number, GREATEST(child_rev, rev) AS child_rev, ${deleted} FROM applications WHERE app > ? ORDER BY app LIMIT ?`,
    [appBytes(after), limit],
  )
  return rows.map((row) => ({
    ...stored(applicationParent(readApp(row.app)), row),
    ...(row.number === null ? {} : { number: readWhole(row.number) }),
  }))
}

async function chatsPage(
  sql: Sql,
  app: string,
  chat: number,
  limit: number,
): Promise<StoredCounts[]> {
  const columns = `app, number, last_number, child_rev, ${deleted}`
  const rows = await sql.query(
    `(SELECT ${columns} FROM chats WHERE app = ? AND number > ? ORDER BY app, number LIMIT ?)
     UNION ALL
     (SELECT ${columns} FROM chats WHERE app > ? ORDER BY app, number LIMIT ?)
     ORDER BY app, number LIMIT ?`,
    [appBytes(app), chat, limit, appBytes(app), limit, limit],
  )
  return rows.map((row) => stored(chatParent(readApp(row.app), readWhole(row.number)), row))
}

/** Sorts before the key of every application. */
const first = ''

/**
 * A page of all parents that MySQL knows, stubs included: first the root, then applications, then
 * chats. `cursor` is the last parent of the page before, undefined for the first page. An empty
 * page is the end. Throws MySQL's errors.
 */
export async function parents(
  sql: Sql,
  cursor: Parent | undefined,
  limit: number,
): Promise<StoredCounts[]> {
  if (cursor === undefined) return rootPage(sql)
  if (cursor.kind === 'chat') return chatsPage(sql, cursor.app, cursor.chat, limit)
  const after = cursor.kind === 'application' ? cursor.app : first
  const page = await applicationsPage(sql, after, limit)
  return page.length > 0 ? page : chatsPage(sql, first, 0, limit)
}

/** Pages of parents, as `parents` gives them. */
export type ParentPages = (cursor: Parent | undefined, limit: number) => Promise<StoredCounts[]>
export const parentsOf =
  (sql: Sql): ParentPages =>
  (cursor, limit) =>
    parents(sql, cursor, limit)
