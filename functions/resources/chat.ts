import * as v from 'valibot'
import type { ChatValue, Row } from '../protocol/change.ts'
import { limits } from './limits.ts'
import { metadata } from './metadata.ts'
import type { Status } from './status.ts'
import { text } from './text.ts'

const fields = {
  title: v.exactOptional(v.nullable(text(limits.title))),
  metadata: v.exactOptional(v.nullable(metadata)),
}
export const chatCreate = v.strictObject(fields)
export const chatUpdate = v.strictObject(fields)
export const chatReplace = chatCreate

/** What clients see of a chat. */
export const representChat = (row: Row<ChatValue>, status: Status) => ({
  number: row.number,
  title: row.value.title,
  metadata: row.value.metadata,
  messages_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
