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
