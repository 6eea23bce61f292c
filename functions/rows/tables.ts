import type { ApplicationValue, ChatValue, MessageValue, Row } from '../protocol/change.ts'
import type { Parent } from '../protocol/parent.ts'
import type { MessageKey } from '../protocol/stores.ts'
import {
  appBytes,
  appOf,
  fromDatetime,
  fromDatetimeOrNull,
  text,
  textOrNull,
  toMetadata,
  whole,
} from './columns.ts'
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
  number: whole(row.number),
  rid: textOrNull(row.rid),
  rev: whole(row.rev),
})
const timesOf = (row: SqlRow) => ({
  created_at: fromDatetime(row.created_at),
  updated_at: fromDatetime(row.updated_at),
  deleted_at: fromDatetimeOrNull(row.deleted_at),
})

export const toApplication = (row: SqlRow): Row<ApplicationValue> => ({
  ...base(row),
  count: whole(row.child_count),
  value: { token: text(row.token), name: text(row.name), ...timesOf(row) },
})

export const toChat = (row: SqlRow): Row<ChatValue> => ({
  ...base(row),
  count: whole(row.child_count),
  value: { title: textOrNull(row.title), metadata: toMetadata(row.metadata), ...timesOf(row) },
})

export const toMessage = (row: SqlRow): Row<MessageValue> => ({
  ...base(row),
  count: 0,
  value: {
    body: text(row.body),
    sender: textOrNull(row.sender),
    metadata: toMetadata(row.metadata),
    ...timesOf(row),
  },
})

export const messageKey = (row: SqlRow): MessageKey => ({
  app: appOf(row.app),
  chat: whole(row.chat),
  number: whole(row.number),
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
export const childrenOf = {
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
