import type { ApplicationValue } from '../kinds/application.ts'
import type { ChatValue } from '../kinds/chat.ts'
import type { MessageValue } from '../kinds/message.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Row } from '../protocol/model/row.ts'
import type { MessageKey } from '../protocol/ports/stores.ts'
import {
  appBytes,
  readApp,
  readInstant,
  readInstantOrNull,
  readMetadata,
  readText,
  readTextOrNull,
  readWhole,
} from './cells.ts'
import type { SqlRow, SqlValue } from './db.ts'

/**
 * The columns that make a row of each kind; `child_count` is what the API calls chats_count or
 * messages_count.
 */
const times = 'created_at, updated_at, deleted_at'
export const applicationColumns = `number, rid, rev, chats_count AS child_count, token, name, ${times}`
export const chatColumns = `number, rid, rev, messages_count AS child_count, title, metadata, ${times}`
export const messageColumns = `app, chat, number, rid, rev, body, sender, metadata, ${times}`

const base = (row: SqlRow) => ({
  number: readWhole(row.number),
  rid: readTextOrNull(row.rid),
  rev: readWhole(row.rev),
})
const timesOf = (row: SqlRow) => ({
  created_at: readInstant(row.created_at),
  updated_at: readInstant(row.updated_at),
  deleted_at: readInstantOrNull(row.deleted_at),
})

export const applicationFromRow = (row: SqlRow): Row<ApplicationValue> => ({
  ...base(row),
  count: readWhole(row.child_count),
  value: { token: readText(row.token), name: readText(row.name), ...timesOf(row) },
})

export const chatFromRow = (row: SqlRow): Row<ChatValue> => ({
  ...base(row),
  count: readWhole(row.child_count),
  value: {
    title: readTextOrNull(row.title),
    metadata: readMetadata(row.metadata),
    ...timesOf(row),
  },
})

export const messageFromRow = (row: SqlRow): Row<MessageValue> => ({
  ...base(row),
  count: 0,
  value: {
    body: readText(row.body),
    sender: readTextOrNull(row.sender),
    metadata: readMetadata(row.metadata),
    ...timesOf(row),
  },
})

export const messageKey = (row: SqlRow): MessageKey => ({
  app: readApp(row.app),
  chat: readWhole(row.chat),
  number: readWhole(row.number),
})

/**
 * Where the children of a parent are: a FROM clause with the condition that holds for all of them.
 */
export interface Children {
  from: string
  values: SqlValue[]
}

/**
 * A parent that was only made to count its children has rev 0 and is no row yet. One that an edit
 * made before its create came (rid NULL) is: once that edit is settled nothing else knows of it,
 * and a reader would see the waiting create's older value, and the next edit build on it.
 */
export const childrenTable = {
  // The applications' key is the token's hash: in a table that is not large MySQL would rather read
  // all and sort.
  root: (): Children => ({ from: 'applications FORCE INDEX (number) WHERE rev > 0', values: [] }),
  application: ({ app }: Extract<Parent, { kind: 'application' }>): Children => ({
    from: 'chats WHERE rev > 0 AND app = ?',
    values: [appBytes(app)],
  }),
  chat: ({ app, chat }: Extract<Parent, { kind: 'chat' }>): Children => ({
    from: 'messages WHERE app = ? AND chat = ?',
    values: [appBytes(app), chat],
  }),
}
