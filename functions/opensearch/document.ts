import * as v from 'valibot'
import { type MessageValue, messageKind } from '../kinds/message.ts'
import { chatParent, parentKey } from '../protocol/model/parent.ts'
import type { Row } from '../protocol/model/row.ts'
import type { MessageKey, StoredMessage } from '../protocol/ports/stores.ts'
import { fold } from '../search/fold.ts'

/** What documents are routed by, and every search filters by: one chat is in one shard. */
export const chatKey = (app: string, chat: number): string => parentKey(chatParent(app, chat))
export const documentId = (key: MessageKey): string => `${chatKey(key.app, key.chat)}#${key.number}`

/**
 * The document of a message. A deleted message stays as a tombstone that holds nothing to read.
 * Without it an older version that comes late would be taken for new, and found again.
 */
export function documentOf({ app, chat, number, rid, rev, value }: StoredMessage) {
  const deleted = value.deleted_at !== null
  return {
    chat: chatKey(app, chat),
    number,
    deleted,
    sender: deleted ? null : value.sender,
    created_at: value.created_at,
    body: deleted ? null : fold(value.body),
    value: deleted ? null : JSON.stringify({ rid, rev, value }),
  }
}

const source = v.object({
  number: v.number(),
  value: v.pipe(
    v.string(),
    v.transform((text): unknown => JSON.parse(text)),
    v.object({
      rid: v.nullable(v.string()),
      rev: v.number(),
      value: messageKind.value,
    }),
  ),
})

/** The row that a document's source holds. Throws on what documentOf does not make. */
export function rowOf(document: unknown): Row<MessageValue> {
  const { number, value } = v.parse(source, document)
  return { number, count: 0, ...value }
}
