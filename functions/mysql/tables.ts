import { kindBelow } from '../kinds/kinds.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { applicationParent, chatParent, type Parent, root } from '../protocol/model/parent.ts'
import { type Change, isBelow } from '../protocol/model/reservation.ts'
import type { MessageKey } from '../protocol/ports/stores.ts'
import { appBytes, readApp, readWhole } from './cells.ts'
import type { Cell, SqlRow } from './db.ts'

/** The kinds of parents: below them are applications, chats, messages. */
export type Below = Parent['kind']

/** The columns by which a row names its parent. */
export const parentColumns: Record<Below, string[]> = {
  root: [],
  application: ['app'],
  chat: ['app', 'chat'],
}

/** What these columns hold. The same cells are the key of the parent's own row. */
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

/** The parent that a row of the table names. */
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

interface SqlTable {
  name: string
  /** The columns of the primary key. */
  key: string[]
  /** Counts the children of a row; undefined where rows have none. */
  countColumn: string | undefined
}

/**
 * The table of what is below parents of a kind. The key of an application is made from its token:
 * its number is internal.
 */
export const tableBelow = (below: Below): SqlTable => ({
  name: kindBelow[below].table,
  key: below === 'root' ? ['app'] : [...parentColumns[below], 'number'],
  countColumn: kindBelow[below].countColumn,
})

/** The table that has a parent's own row. The root has no row. */
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

/** The primary key of a row that was read. */
export const keyOfRow = (below: Below, row: SqlRow): Cell[] =>
  below === 'root'
    ? [appBytes(readApp(row.app))]
    : [...parentCells(readParent(below, row)), readWhole(row.number)]

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
 * The children of a parent. A row of rev 0 is left out: it only counts children of its own. One of
 * which only an edit has arrived (rid NULL) is there: once that edit is settled nothing else knows
 * of it, so a reader would see the older value of the waiting create, and the next edit would build
 * on that.
 */
export function childrenOf(parent: Parent): Source {
  const { name, countColumn } = tableBelow(parent.kind)
  const conditions = [
    // Only what has children can be a row of rev 0.
    ...(countColumn === undefined ? [] : ['rev > 0']),
    ...parentColumns[parent.kind].map((column) => `${column} = ?`),
  ]
  // In a table that is not large MySQL would rather read all and sort than use the key on `number`.
  const index = parent.kind === 'root' ? ' FORCE INDEX (number)' : ''
  return {
    from: `${name}${index} WHERE ${conditions.join(' AND ')}`,
    values: parentCells(parent),
  }
}
