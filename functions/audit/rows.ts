import { applicationParent, chatParent, type Parent, root } from '../protocol/parent.ts'
import { appBytes, appOf, textOrNull, whole } from '../rows/columns.ts'
import type { Sql, SqlRow } from '../rows/db.ts'
import type { AuditedParent, AuditedRow } from './invariants.ts'

const columns = 'rid, rev, deleted_at IS NOT NULL AS deleted'
const rowOf = (parent: Parent, row: SqlRow): AuditedRow => ({
  parent,
  number: whole(row.number),
  rid: textOrNull(row.rid),
  rev: whole(row.rev),
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
export async function childrenOf(sql: Sql, parents: Parent[]): Promise<AuditedRow[]> {
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
    for (const row of found) rows.push(rowOf(applicationParent(appOf(row.app)), row))
  }
  if (chats.length > 0) {
    const found = await sql.query(
      `SELECT app, chat, number, ${columns} FROM messages WHERE (app, chat) IN (?)`,
      [chats],
    )
    for (const row of found) rows.push(rowOf(chatParent(appOf(row.app), whole(row.chat)), row))
  }
  return rows
}

const audited = (parent: Parent, count: unknown, deleted: unknown): AuditedParent => ({
  parent,
  count: whole(count),
  deleted: deleted === 1,
})

/**
 * What the rows of these parents say of themselves; the root has no row, and one that is missing
 * says nothing.
 */
export async function selvesOf(sql: Sql, parents: Parent[]): Promise<AuditedParent[]> {
  const [apps, chats] = [applicationsOf(parents), chatsOf(parents)]
  const selves: AuditedParent[] = []
  if (apps.length > 0) {
    const found = await sql.query(
      'SELECT app, chats_count, deleted_at IS NOT NULL AS deleted FROM applications WHERE app IN (?)',
      [apps],
    )
    for (const row of found)
      selves.push(audited(applicationParent(appOf(row.app)), row.chats_count, row.deleted))
  }
  if (chats.length > 0) {
    const found = await sql.query(
      'SELECT app, number, messages_count, deleted_at IS NOT NULL AS deleted FROM chats WHERE (app, number) IN (?)',
      [chats],
    )
    for (const row of found)
      selves.push(
        audited(chatParent(appOf(row.app), whole(row.number)), row.messages_count, row.deleted),
      )
  }
  return selves
}
