import * as v from 'valibot'
import type { ApplicationValue, Row } from '../protocol/change.ts'
import { limits } from './limits.ts'
import { common, count, type Status } from './status.ts'
import { text } from './text.ts'

export const applicationCreate = v.strictObject({ name: text(limits.name) })
export const applicationUpdate = v.pipe(
  v.strictObject({ name: v.exactOptional(text(limits.name)) }),
  v.metadata({ minProperties: 1 }),
)
export const applicationReplace = applicationCreate

/**
 * Whether it looks like a token (protocol/reserve.ts makes them: 32 characters of base64url), and
 * could name something.
 */
export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{32}$/.test(text)

export const applicationAnswer = v.strictObject({
  token: v.pipe(
    v.string(),
    v.description('192 random bits: whoever holds it may do all with this application'),
  ),
  name: v.string(),
  chats_count: v.pipe(count, v.description('Chats that are stored and not deleted')),
  ...common,
})

/** What clients see of an application. */
export const representApplication = (
  row: Row<ApplicationValue>,
  status: Status,
): v.InferOutput<typeof applicationAnswer> => ({
  token: row.value.token,
  name: row.value.name,
  chats_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
