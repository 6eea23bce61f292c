import { kindBelow } from '../kinds/kinds.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { applicationParent, chatParent, type Parent, root } from '../protocol/model/parent.ts'
import { type Change, isBelow } from '../protocol/model/reservation.ts'
import type { MessageKey } from '../protocol/ports/stores.ts'
import { appBytes, readApp, readWhole } from './cells.ts'
import type { Cell, SqlRow } from './db.ts'

/**
 * A table is named by the kind of the parents whose children it holds: below the root are
 * applications, below an application chats, below a chat messages.
 */
export type Below = Parent['kind']
export const fromTheRoot: readonly Below[] = ['root', 'application', 'chat']

/** The columns by which a row names its parent. */
export const parentColumns: Record<Below, string[]> = {
  root: [],
  application: ['app'],
  chat: ['app', 'chat'],
}

/** What these columns hold: the key of the parent's own row. */
export function parentCells(parent: Parent): Cell[] {
  switch (parent.kind) {
    case 'root':
      return []
    case 'application':
      return [appBytes(parent.app)]
    case 'chat':
      return [appBytes(parent.app), parent.chat]
  }
}

/** The parent that a row names. */
export function readParent(below: Below, row: SqlRow): Parent {
  switch (below) {
    case 'root':
      return root
    case 'application':
      return applicationParent(readApp(row.app))
    case 'chat':
      return chatParent(readApp(row.app), readWhole(row.chat))
  }
}

export interface SqlTable {
  name: string
  /** The columns of the primary key. */
  key: string[]
  /** The column that counts a row's children; undefined where rows have none. */
  countColumn: string | undefined
}

/** An application's key is made from its token, and not from its number under the root. */
export const tableBelow = (below: Below): SqlTable => ({
  name: kindBelow[below].table,
  key: below === 'root' ? ['app'] : [...parentColumns[below], 'number'],
  countColumn: kindBelow[below].countColumn,
})

/** The table with the own row of a parent of this kind. The root has no row. */
export const ownTable: Record<Below, SqlTable | undefined> = {
  root: undefined,
  application: tableBelow('root'),
  chat: tableBelow('application'),
}

/** The primary key of the row that a change is about. */
export const keyOfChange = (change: Change): Cell[] =>
  isBelow('root', change)
    ? [appBytes(appKey(change.value.token))]
    : [...parentCells(change.parent), change.number]

/** Key columns of a row that was read, as a statement takes them. */
export const readKey = (columns: string[], row: SqlRow): Cell[] =>
  columns.map((column) => (column === 'app' ? appBytes(readApp(row.app)) : readWhole(row[column])))

/** A key as a text that can be compared and looked up. */
export const keyText = (key: Cell[]): string =>
  key
    .map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : String(cell).padStart(16, '0')))
    .join('#')

export const messageKey = (row: SqlRow): MessageKey => ({
  app: readApp(row.app),
  chat: readWhole(row.chat),
  number: readWhole(row.number),
})

/** A FROM clause with a condition, and the values of its `?`. */
export interface Source {
  from: string
  values: Cell[]
}

/**
 * The children of a parent. Rows of rev 0 are left out: they are stubs that only count children of
 * their own. A row of which only an edit has arrived (rid NULL) is there. Once that edit is settled
 * nothing else knows of it: without this row a reader would see the older value of the create that
 * still waits, and the next edit would build on it.
 */
export function childrenOf(parent: Parent): Source {
  const { name, countColumn } = tableBelow(parent.kind)
  const conditions = [
    // Only a row that can have children can be a stub.
    ...(countColumn === undefined ? [] : ['rev > 0']),
    ...parentColumns[parent.kind].map((column) => `${column} = ?`),
  ]
  // Without it MySQL reads all of a small table and sorts, instead of using the key on `number`.
  const index = parent.kind === 'root' ? ' FORCE INDEX (number)' : ''
  return {
    from: `${name}${index} WHERE ${conditions.join(' AND ')}`,
    values: parentCells(parent),
  }
}
