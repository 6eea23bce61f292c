import * as v from 'valibot'
import { limits } from '../limits/limits.ts'
import { textColumn } from './column.ts'
import type { Kind } from './kind.ts'
import { common, count, type Representable, type Status } from './status.ts'
import { shownText, text } from './text.ts'
import { times } from './times.ts'

const about = { description: 'What the application is called.', example: 'Demo' }
const name = text(limits.name, about)
const create = v.strictObject({ name })

const value = v.object({ token: v.string(), name: v.string(), ...times })
export type ApplicationValue = v.InferOutput<typeof value>

const response = v.strictObject({
  token: v.pipe(
    v.string(),
    v.description('192 random bits: whoever holds it may do all with this application.'),
    v.examples(['q3mVYk8rC1wJ0Zt7uXoLhN5aPdE2sGbR']),
  ),
  name: shownText(about),
  chats_count: v.pipe(
    count,
    v.description('Chats that are stored and not deleted.'),
    v.examples([0]),
  ),
  ...common,
})

export const applicationKind = {
  name: 'application',
  queueGroup: 'application',
  create,
  update: v.pipe(v.strictObject({ name: v.exactOptional(name) }), v.metadata({ minProperties: 1 })),
  replace: create,
  value,
  unset: {},
  erased: {},
  table: 'applications',
  countColumn: 'chats_count',
  columns: { token: textColumn, name: textColumn },
  response,
  represent: (
    row: Representable<ApplicationValue>,
    status: Status,
  ): v.InferOutput<typeof response> => ({
    token: row.value.token,
    name: row.value.name,
    chats_count: row.count,
    status,
    created_at: row.value.created_at,
    updated_at: row.value.updated_at,
  }),
} as const satisfies Kind<ApplicationValue>

/**
 * Whether a text looks like a token, of which protocol/write/reserve.ts makes 32 characters of
 * base64url.
 */
export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{32}$/.test(text)
