import * as v from 'valibot'
import type { MessageValue, Row } from '../protocol/change.ts'
import { limits } from './limits.ts'
import { metadata } from './metadata.ts'
import type { Status } from './status.ts'
import { text, textOfBytes } from './text.ts'

const optional = {
  sender: v.exactOptional(v.nullable(text(limits.sender))),
  metadata: v.exactOptional(v.nullable(metadata)),
}
export const messageCreate = v.strictObject({ body: textOfBytes(limits.bodyBytes), ...optional })
export type MessageCreate = v.InferOutput<typeof messageCreate>
export const messageBatch = v.strictObject({
  messages: v.pipe(
    v.array(messageCreate, 'must be an array'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(limits.batch, `must have at most ${limits.batch} messages`),
  ),
})
const isBatch = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, 'messages')
/** One message, or a batch of them: told apart by the field, so that each is refused in its own words. */
export const messageCreates = v.lazy((input): typeof messageCreate | typeof messageBatch =>
  isBatch(input) ? messageBatch : messageCreate,
)
export const messageUpdate = v.strictObject({
  body: v.exactOptional(textOfBytes(limits.bodyBytes)),
  ...optional,
})
export const messageReplace = messageCreate

/** What clients see of a message. */
export const representMessage = (row: Row<MessageValue>, status: Status) => ({
  number: row.number,
  body: row.value.body,
  sender: row.value.sender,
  metadata: row.value.metadata,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
