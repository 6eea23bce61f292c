import { appKey } from '../protocol/model/app-key.ts'
import type { Change } from '../protocol/model/reservation.ts'
import {
  appBytes,
  DataError,
  readApp,
  readWhole,
  writeInstant,
  writeInstantOrNull,
  writeMetadata,
} from './cells.ts'
import type { Cell, SqlRow } from './db.ts'

/** How changes of one kind become rows of one table. */
export interface TableMapping {
  table: 'applications' | 'chats' | 'messages'
  /** The columns of the primary key. */
  key: string[]
  keyOf(change: Change): Cell[]
  /** Beside the key: what the newest rev decides. */
  fields: string[]
  fieldsOf(change: Change): Cell[]
  /** The parent's row: table, key columns, and the key that a row of this table holds. */
  parent: { table: 'applications' | 'chats'; key: string[]; keyOf(row: SqlRow): Cell[] } | undefined
}

/** A key, or a change's or row's key, as a text that can be compared and looked up. */
export const keyText = (key: Cell[]): string =>
  key
    .map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : String(cell).padStart(16, '0')))
    .join('#')

const misfit = (): never => {
  throw new DataError("the value is not of its parent's kind")
}

/** An application's own key is in its token; its number is internal and not its key. */
const applicationKey = ({ value }: Change): Cell[] =>
  'token' in value ? [appBytes(appKey(value.token))] : misfit()

export const applicationsTable: TableMapping = {
  table: 'applications',
  key: ['app'],
  keyOf: applicationKey,
  fields: ['token', 'name'],
  fieldsOf: ({ value }) => ('token' in value ? [value.token, value.name] : misfit()),
  parent: undefined,
}

export const chatsTable: TableMapping = {
  table: 'chats',
  key: ['app', 'number'],
  keyOf: ({ parent, number }) =>
    parent.kind === 'application' ? [appBytes(parent.app), number] : misfit(),
  fields: ['title', 'metadata'],
  fieldsOf: ({ value }) =>
    'title' in value ? [value.title, writeMetadata(value.metadata)] : misfit(),
  parent: { table: 'applications', key: ['app'], keyOf: (row) => [appBytes(readApp(row.app))] },
}

export const messagesTable: TableMapping = {
  table: 'messages',
  key: ['app', 'chat', 'number'],
  keyOf: ({ parent, number }) =>
    parent.kind === 'chat' ? [appBytes(parent.app), parent.chat, number] : misfit(),
  fields: ['body', 'sender', 'metadata'],
  fieldsOf: ({ value }) =>
    'body' in value ? [value.body, value.sender, writeMetadata(value.metadata)] : misfit(),
  parent: {
    table: 'chats',
    key: ['app', 'number'],
    keyOf: (row) => [appBytes(readApp(row.app)), readWhole(row.chat)],
  },
}

/** The key that a row of the target's table holds. */
export const keyOfRow = (target: TableMapping, row: SqlRow): Cell[] =>
  target.key.map((column) =>
    column === 'app' ? appBytes(readApp(row.app)) : readWhole(row[column]),
  )

/**
 * One row of the upsert below. Only a create brings the rid: a row without one is a stub, whatever
 * it holds.
 */
export const tupleOf = (target: TableMapping, change: Change): Cell[] => [
  ...target.keyOf(change),
  ...target.fieldsOf(change),
  writeInstant(change.value.created_at),
  writeInstant(change.value.updated_at),
  writeInstantOrNull(change.value.deleted_at),
  change.act === 'create' ? change.rid : null,
  change.rev,
  ...(target.table === 'applications' ? [change.number] : []),
]

/**
 * The upsert of many changes. Assignments run from left to right, each on what the ones before it
 * left, so `rev`, that the others compare with, comes last.
 *
 * `mine`: a create whose number another create has taken writes nothing at all, however great its
 * rev. An application also conflicts by its number, and that row is another application's. A
 * tombstone stays, whatever comes later or came before it.
 */
export function upsertSql({ table, key, fields }: TableMapping): string {
  const own = table === 'applications' ? ' AND applications.app = new.app' : ''
  const mine = `(new.rid IS NULL OR ${table}.rid IS NULL OR ${table}.rid = new.rid)${own}`
  const newest = [...fields, 'created_at', 'updated_at'].map(
    (field) => `${field} = IF(${mine} AND new.rev > ${table}.rev, new.${field}, ${table}.${field})`,
  )
  const first = ['deleted_at', 'rid', ...(table === 'applications' ? ['number'] : [])].map(
    (field) =>
      `${field} = IF(${mine}, COALESCE(${table}.${field}, new.${field}), ${table}.${field})`,
  )
  const columns = [...key, ...fields, 'created_at', 'updated_at', 'deleted_at', 'rid', 'rev']
  if (table === 'applications') columns.push('number')
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ? AS new
    ON DUPLICATE KEY UPDATE ${[...newest, ...first].join(', ')},
    rev = IF(${mine}, GREATEST(${table}.rev, new.rev), ${table}.rev)`
}
