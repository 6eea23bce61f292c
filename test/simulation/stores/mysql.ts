import type { Value, ValueOf } from '../../../functions/kinds/kinds.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { chatParent, type Parent, parentKey } from '../../../functions/protocol/model/parent.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import type { Range, Row, Version } from '../../../functions/protocol/model/row.ts'
import type { MessageKey, StoredMessage } from '../../../functions/protocol/ports/stores.ts'

/** A row as MySQL holds it. `value` undefined: a stub, made to count its children. */
export interface MemoryRow {
  parent: Parent
  number: number | undefined
  rid: string | null
  rev: number
  value: Value | undefined
  lastNumber: number
  childRev: number
  tombstones: number
  counted: boolean
  indexedRev: number
  indexedAt: number
}

/**
 * MySQL in memory: what functions/mysql does there, by the contract of protocol/ports/stores.ts.
 */
export interface MemoryStores {
  rows: Map<string, MemoryRow>
  /** Texts that are no values for its columns: a transaction with one of them is a data error. */
  refused: Set<string>
  show(parent: Parent, number: number): Row | undefined
  list(parent: Parent, range: Range): Row[]
  applicationNumber(app: string): number | undefined
  store(changes: Change[]): Change[]
  markIndexed(entries: (MessageKey & { rev: number })[], now: number): void
  unindexed(limit: number): StoredMessage[]
  unsearchable(app: string, chat: number, sinceMs: number): StoredMessage[]
  versions(app: string, chat: number, numbers: number[]): Map<number, Version>
  /** Of one chat, tombstones included. */
  messagesOf(app: string, chat: number): StoredMessage[]
}

/** What a value says: a message's body, a chat's title, an application's name. */
export const textOf = (value: Value): string =>
  'body' in value ? value.body : 'title' in value ? (value.title ?? '') : value.name

const key = (parent: Parent, number: number | string) => `${parentKey(parent)}/${number}`
const applicationRow = (app: string) => key({ kind: 'root' }, app)
const messageName = ({ app, chat, number }: MessageKey) => key(chatParent(app, chat), number)

/** The row of a change: applications by their own key, all else by parent and number. */
const rowKey = (change: Change): string =>
  'token' in change.value
    ? applicationRow(appKey(change.value.token))
    : key(change.parent, change.number)
/** The row of a parent itself. */
const parentRow = (parent: Parent): string | undefined =>
  parent.kind === 'root'
    ? undefined
    : parent.kind === 'application'
      ? applicationRow(parent.app)
      : key({ kind: 'application', app: parent.app }, parent.chat)

export function memoryStores(): MemoryStores {
  const rows = new Map<string, MemoryRow>()

  const rowAt = (name: string, parent: Parent, number: number | undefined): MemoryRow => {
    const found = rows.get(name)
    if (found) return found
    const made: MemoryRow = {
      parent,
      number,
      rid: null,
      rev: 0,
      value: undefined,
      lastNumber: 0,
      childRev: 0,
      tombstones: 0,
      counted: false,
      indexedRev: 0,
      indexedAt: 0,
    }
    rows.set(name, made)
    return made
  }

  const toRow = (row: MemoryRow): Row | undefined =>
    row.value && row.number !== undefined
      ? {
          number: row.number,
          rid: row.rid,
          rev: row.rev,
          count: row.lastNumber - row.tombstones,
          value: row.value,
        }
      : undefined

  const all = (parent: Parent): Row[] => {
    const name = parentKey(parent)
    return [...rows.values()]
      .filter((row) => parentKey(row.parent) === name)
      .flatMap((row) => toRow(row) ?? [])
  }

  const countChild = (change: Change, row: MemoryRow): void => {
    const name = parentRow(change.parent)
    if (name === undefined) return
    const above: Parent =
      change.parent.kind === 'chat'
        ? { kind: 'application', app: change.parent.app }
        : { kind: 'root' }
    const parent = rowAt(
      name,
      above,
      change.parent.kind === 'chat' ? change.parent.chat : undefined,
    )
    parent.lastNumber = Math.max(parent.lastNumber, change.number)
    parent.childRev = Math.max(parent.childRev, change.rev)
    if (row.value?.deleted_at && !row.counted) {
      row.counted = true
      parent.tombstones += 1
    }
  }

  /** False: collides, nothing is written. */
  const write = (change: Change): boolean => {
    const taken =
      change.parent.kind === 'root' &&
      [...rows.entries()].some(
        ([name, row]) =>
          row.parent.kind === 'root' && row.number === change.number && name !== rowKey(change),
      )
    const create = change.act === 'create'
    const held = rows.get(rowKey(change))?.rid ?? null
    if (taken || (create && held !== null && held !== change.rid)) return false
    const row = rowAt(rowKey(change), change.parent, change.number)
    const tombstone = row.value?.deleted_at ?? change.value.deleted_at
    row.number = change.number
    if (change.rev > row.rev) row.value = change.value
    if (row.value) row.value = { ...row.value, deleted_at: tombstone }
    if (create) row.rid = change.rid
    row.rev = Math.max(row.rev, change.rev)
    countChild(change, row)
    return true
  }

  const stored = (row: MemoryRow): StoredMessage | undefined => {
    const { parent, value } = row
    if (parent.kind !== 'chat' || row.number === undefined || !value || !('body' in value))
      return undefined
    return {
      app: parent.app,
      chat: parent.chat,
      number: row.number,
      rid: row.rid,
      rev: row.rev,
      count: 0,
      value,
    }
  }
  const messages = (wanted: (row: MemoryRow) => boolean): StoredMessage[] =>
    [...rows.values()]
      .filter((row) => row.parent.kind === 'chat' && wanted(row))
      .flatMap((row) => stored(row) ?? [])

  return {
    rows,
    refused: new Set(),
    show: (parent, number) => all(parent).find((row) => row.number === number),
    list(parent, range) {
      const inside = all(parent)
        .filter(
          (row) =>
            row.number > (range.after ?? 0) &&
            row.number < (range.before ?? Number.MAX_SAFE_INTEGER),
        )
        .sort((a, b) => (range.order === 'asc' ? a.number - b.number : b.number - a.number))
      return inside.slice(0, range.limit)
    },
    applicationNumber: (app) => rows.get(applicationRow(app))?.number,
    store(changes) {
      // By rev within a batch, as the sorted upsert does it. Collisions are returned in the order
      // of the changes.
      const collided = [...changes].sort((a, b) => a.rev - b.rev).filter((change) => !write(change))
      return changes.filter((change) => collided.includes(change))
    },
    markIndexed(entries, now) {
      for (const entry of entries) {
        const row = rows.get(messageName(entry))
        if (!row || row.indexedRev >= entry.rev) continue
        row.indexedRev = entry.rev
        row.indexedAt = now
      }
    },
    unindexed: (limit) => messages((row) => row.indexedRev < row.rev).slice(0, limit),
    unsearchable: (app, chat, sinceMs) =>
      messages(
        (row) =>
          parentKey(row.parent) === parentKey(chatParent(app, chat)) &&
          (row.indexedRev < row.rev || row.indexedAt >= sinceMs),
      ),
    versions: (app, chat, numbers) =>
      new Map(
        numbers.flatMap((number) => {
          const row = rows.get(messageName({ app, chat, number }))
          return row ? [[number, { rid: row.rid, rev: row.rev }]] : []
        }),
      ),
    messagesOf: (app, chat) =>
      messages((row) => parentKey(row.parent) === parentKey(chatParent(app, chat))),
  }
}

/** The generic readers of Rows: the stores hold values of all kinds, the key says which. */
export const typed = <K extends Parent['kind']>(
  row: Row | undefined,
): Row<ValueOf[K]> | undefined => row as Row<ValueOf[K]> | undefined
