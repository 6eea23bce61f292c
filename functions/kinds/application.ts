import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import { common, count, type Representable, type Status } from './status.ts'
import { text } from './text.ts'
import type { Times } from './times.ts'

export interface ApplicationValue extends Times {
  token: string
  name: string
}

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

export const applicationResponse = v.strictObject({
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
  row: Representable<ApplicationValue>,
  status: Status,
): v.InferOutput<typeof applicationResponse> => ({
  token: row.value.token,
  name: row.value.name,
  chats_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
