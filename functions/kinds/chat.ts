import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import { metadataColumn, nullableTextColumn } from './column.ts'
import type { Kind } from './kind.ts'
import { keptMetadata, nullableMetadata } from './metadata.ts'
import { common, count, ordinal, type Representable, type Status } from './status.ts'
import { shownText, text } from './text.ts'
import { times } from './times.ts'

const about = { description: 'What the chat is about; null where it has none.', example: 'First' }
const fields = {
  title: v.exactOptional(v.nullable(text(limits.title, about))),
  metadata: v.exactOptional(nullableMetadata),
}
const update = v.pipe(v.strictObject(fields), v.metadata({ minProperties: 1 }))

const value = v.object({ title: v.nullable(v.string()), metadata: keptMetadata, ...times })
export type ChatValue = v.InferOutput<typeof value>
const unset = { title: null, metadata: null }

const response = v.strictObject({
  number: v.pipe(
    ordinal,
    v.description('From 1 in its application, never given out again.'),
    v.examples([1]),
  ),
  title: v.nullable(shownText(about)),
  metadata: keptMetadata,
  messages_count: v.pipe(
    count,
    v.description('Messages that are stored and not deleted.'),
    v.examples([0]),
  ),
  ...common,
})

export const chatKind = {
  name: 'chat',
  queueGroup: 'chat',
  create: v.strictObject(fields),
  update,
  replace: update,
  value,
  unset,
  erased: unset,
  table: 'chats',
  countColumn: 'messages_count',
  columns: { title: nullableTextColumn, metadata: metadataColumn },
  response,
  represent: (row: Representable<ChatValue>, status: Status): v.InferOutput<typeof response> => ({
    number: row.number,
    title: row.value.title,
    metadata: row.value.metadata,
    messages_count: row.count,
    status,
    created_at: row.value.created_at,
    updated_at: row.value.updated_at,
  }),
} as const satisfies Kind<ChatValue>
