import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import type { Metadata } from './metadata.ts'
import { metadata, shownMetadata } from './metadata.ts'
import { common, count, ordinal, type Representable, type Status } from './status.ts'
import { text } from './text.ts'
import type { Times } from './times.ts'

export interface ChatValue extends Times {
  title: string | null
  metadata: Metadata | null
}

const fields = {
  title: v.exactOptional(v.nullable(text(limits.title))),
  metadata: v.exactOptional(v.nullable(metadata)),
}
export const chatCreate = v.strictObject(fields)
export const chatUpdate = v.pipe(v.strictObject(fields), v.metadata({ minProperties: 1 }))
export const chatReplace = chatUpdate

export const chatResponse = v.strictObject({
  number: v.pipe(ordinal, v.description('From 1 in its application, never given out again')),
  title: v.nullable(v.string()),
  metadata: shownMetadata,
  messages_count: v.pipe(count, v.description('Messages that are stored and not deleted')),
  ...common,
})

/** What clients see of a chat. */
export const representChat = (
  row: Representable<ChatValue>,
  status: Status,
): v.InferOutput<typeof chatResponse> => ({
  number: row.number,
  title: row.value.title,
  metadata: row.value.metadata,
  messages_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
