import * as v from 'valibot'
import type { ChatValue, Row } from '../protocol/change.ts'
import { limits } from './limits.ts'
import { metadata, shownMetadata } from './metadata.ts'
import { common, count, ordinal, type Status } from './status.ts'
import { text } from './text.ts'

const fields = {
  title: v.exactOptional(v.nullable(text(limits.title))),
  metadata: v.exactOptional(v.nullable(metadata)),
}
export const chatCreate = v.strictObject(fields)
export const chatUpdate = v.pipe(v.strictObject(fields), v.metadata({ minProperties: 1 }))
export const chatReplace = chatUpdate

export const chatAnswer = v.strictObject({
  number: v.pipe(ordinal, v.description('From 1 in its application, never given out again')),
  title: v.nullable(v.string()),
  metadata: shownMetadata,
  messages_count: v.pipe(count, v.description('Messages that are stored and not deleted')),
  ...common,
})

/** What clients see of a chat. */
export const representChat = (
  row: Row<ChatValue>,
  status: Status,
): v.InferOutput<typeof chatAnswer> => ({
  number: row.number,
  title: row.value.title,
  metadata: row.value.metadata,
  messages_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
