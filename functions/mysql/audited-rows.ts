import { applicationParent, chatParent, type Parent, root } from '../protocol/model/parent.ts'
import { appBytes, readApp, readTextOrNull, readWhole } from './cells.ts'
import type { Sql, SqlRow } from './db.ts'

/** What is stored of one thing: a row of applications, chats or messages. */
export interface AuditedRow {
  parent: Parent
  number: number
  rid: string | null
  rev: number
  deleted: boolean
}
/**
 * What the row of a parent says of itself: how many children it has, and whether it is a tombstone.
 */
export interface AuditedParent {
  parent: Parent
  count: number
  deleted: boolean
}

const columns = 'rid, rev, deleted_at IS NOT NULL AS deleted'
const rowOf = (parent: Parent, row: SqlRow): AuditedRow => ({
  parent,
  number: readWhole(row.number),
  rid: readTextOrNull(row.rid),
  rev: readWhole(row.rev),
  deleted: row.deleted === 1,
})
const applicationsOf = (parents: Parent[]) =>
  parents.flatMap((parent) => (parent.kind === 'application' ? [appBytes(parent.app)] : []))
const chatsOf = (parents: Parent[]) =>
  parents.flatMap((parent) => (parent.kind === 'chat' ? [[appBytes(parent.app), parent.chat]] : []))

/**
 * The children of these parents, stubs and tombstones included; a stub of an application has no
 * number, and is none.
 */
export async function auditedChildren(sql: Sql, parents: Parent[]): Promise<AuditedRow[]> {
  const rows: AuditedRow[] = []
  if (parents.some(({ kind }) => kind === 'root')) {
    const found = await sql.query(
      `SELECT number, ${columns} FROM applications WHERE number IS NOT NULL`,
    )
    for (const row of found) rows.push(rowOf(root, row))
  }
  const [apps, chats] = [applicationsOf(parents), chatsOf(parents)]
  if (apps.length > 0) {
    const found = await sql.query(`SELECT app, number, ${columns} FROM chats WHERE app IN (?)`, [
      apps,
    ])
    for (const row of found) rows.push(rowOf(applicationParent(readApp(row.app)), row))
  }
  if (chats.length > 0) {
    const found = await sql.query(
      `SELECT app, chat, number, ${columns} FROM messages WHERE (app, chat) IN (?)`,
      [chats],
    )
    for (const row of found)
      rows.push(rowOf(chatParent(readApp(row.app), readWhole(row.chat)), row))
  }
  return rows
}

const audited = (parent: Parent, count: unknown, deleted: unknown): AuditedParent => ({
  parent,
  count: readWhole(count),
  deleted: deleted === 1,
})

/**
 * What the rows of these parents say of themselves; the root has no row, and one that is missing
 * says nothing.
 */
export async function auditedParents(sql: Sql, parents: Parent[]): Promise<AuditedParent[]> {
  const [apps, chats] = [applicationsOf(parents), chatsOf(parents)]
  const selves: AuditedParent[] = []
  if (apps.length > 0) {
    const found = await sql.query(
      'SELECT app, chats_count, deleted_at IS NOT NULL AS deleted FROM applications WHERE app IN (?)',
      [apps],
    )
    for (const row of found)
      selves.push(audited(applicationParent(readApp(row.app)), row.chats_count, row.deleted))
  }
  if (chats.length > 0) {
    const found = await sql.query(
      'SELECT app, number, messages_count, deleted_at IS NOT NULL AS deleted FROM chats WHERE (app, number) IN (?)',
      [chats],
    )
    for (const row of found)
      selves.push(
        audited(
          chatParent(readApp(row.app), readWhole(row.number)),
          row.messages_count,
          row.deleted,
        ),
      )
  }
  return selves
}
