import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import { metadataColumn, nullableTextColumn, textColumn } from './column.ts'
import type { Kind } from './kind.ts'
import { keptMetadata, nullableMetadata } from './metadata.ts'
import { common, ordinal, type Representable, type Status } from './status.ts'
import { shownText, text, textOfBytes } from './text.ts'
import { times } from './times.ts'

const aboutBody = { description: 'What the message says.', example: 'Hello, world' }
const aboutSender = {
  description: 'Who sent it, in words of the client; null where nobody is named.',
  example: 'ann',
}
const body = textOfBytes(limits.bodyBytes, aboutBody)
const optional = {
  sender: v.exactOptional(v.nullable(text(limits.sender, aboutSender))),
  metadata: v.exactOptional(nullableMetadata),
}
const create = v.strictObject({ body, ...optional })

const value = v.object({
  body: v.string(),
  sender: v.nullable(v.string()),
  metadata: keptMetadata,
  ...times,
})
export type MessageValue = v.InferOutput<typeof value>
const unset = { sender: null, metadata: null }

/** The entries of the response, which a search's hits have, too. */
export const messageEntries = {
  number: v.pipe(
    ordinal,
    v.description('From 1 in its chat, never given out again.'),
    v.examples([1]),
  ),
  body: shownText(aboutBody),
  sender: v.nullable(shownText(aboutSender)),
  metadata: keptMetadata,
  ...common,
}
const response = v.strictObject(messageEntries)

export const messageKind = {
  name: 'message',
  queueGroup: 'chat',
  create,
  update: v.pipe(
    v.strictObject({ body: v.exactOptional(body), ...optional }),
    v.metadata({ minProperties: 1 }),
  ),
  replace: create,
  value,
  unset,
  erased: { ...unset, body: '' },
  table: 'messages',
  countColumn: undefined,
  columns: { body: textColumn, sender: nullableTextColumn, metadata: metadataColumn },
  response,
  represent: (
    row: Representable<MessageValue>,
    status: Status,
  ): v.InferOutput<typeof response> => ({
    number: row.number,
    body: row.value.body,
    sender: row.value.sender,
    metadata: row.value.metadata,
    status,
    created_at: row.value.created_at,
    updated_at: row.value.updated_at,
  }),
} as const satisfies Kind<MessageValue>

/** A create of several messages at once, and its response. */
export const messageBatch = v.strictObject({
  messages: v.pipe(
    v.array(create, 'must be an array'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(limits.batch, `must have at most ${limits.batch} messages`),
    v.description('Get consecutive numbers in this order.'),
  ),
})
export const messageBatchResponse = v.strictObject({
  data: v.pipe(
    v.array(response),
    v.description('The messages in the order in which they were sent.'),
  ),
})

const isBatch = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, 'messages')
/**
 * One message or a batch of them. The field `messages` decides which, so that a refusal is about
 * the fields of the one that was meant.
 */
export const messageCreates = v.lazy((input): typeof create | typeof messageBatch =>
  isBatch(input) ? messageBatch : create,
)
