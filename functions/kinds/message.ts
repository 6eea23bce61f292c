import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import type { Metadata } from './metadata.ts'
import { metadata, shownMetadata } from './metadata.ts'
import { common, count, ordinal, type Representable, type Status } from './status.ts'
import { text, textOfBytes } from './text.ts'
import type { Times } from './times.ts'

export interface MessageValue extends Times {
  body: string
  sender: string | null
  metadata: Metadata | null
}

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
/**
 * One message, or a batch of them: told apart by the field, so that each is refused in its own
 * words.
 */
export const messageCreates = v.lazy((input): typeof messageCreate | typeof messageBatch =>
  isBatch(input) ? messageBatch : messageCreate,
)
export const messageUpdate = v.pipe(
  v.strictObject({ body: v.exactOptional(textOfBytes(limits.bodyBytes)), ...optional }),
  v.metadata({ minProperties: 1 }),
)
export const messageReplace = messageCreate

const shown = {
  number: v.pipe(ordinal, v.description('From 1 in its chat, never given out again')),
  body: v.string(),
  sender: v.nullable(v.string()),
  metadata: shownMetadata,
  ...common,
}
export const messageResponse = v.strictObject(shown)
export const messagesResponse = v.strictObject({ data: v.array(messageResponse) })
/**
 * Ranges that are shown of one message: a body of nothing but the term would else be a fraction of
 * its answer.
 */
export const highlightsLimit = 1_000
/** A message as a search shows it, with where the term stands in its body. */
export const hitResponse = v.strictObject({
  ...shown,
  highlights: v.pipe(
    v.array(v.strictObject({ start: count, end: count })),
    v.maxLength(highlightsLimit),
    v.description(
      `Code points of the body, \`end\` exclusive; ascending, the first ${highlightsLimit} at most`,
    ),
  ),
  highlights_truncated: v.pipe(
    v.boolean(),
    v.description('Whether there are more highlights than are given'),
  ),
})

/** What clients see of a message. */
export const representMessage = (
  row: Representable<MessageValue>,
  status: Status,
): v.InferOutput<typeof messageResponse> => ({
  number: row.number,
  body: row.value.body,
  sender: row.value.sender,
  metadata: row.value.metadata,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
