import { type ChatValue, chatKind } from '../../functions/kinds/chat.ts'
import { type MessageValue, messageKind } from '../../functions/kinds/message.ts'
import { timesAt } from '../../functions/kinds/times.ts'

/** When the values of tests are made. */
export const at = '2026-01-02T03:04:05.678Z'

/** A chat with nothing set but these. */
export const chatValue = (value: Partial<ChatValue> = {}): ChatValue => ({
  ...chatKind.unset,
  ...timesAt(at),
  ...value,
})

/** A message with this text and nothing else set. */
export const messageValue = (body: string, value: Partial<MessageValue> = {}): MessageValue => ({
  body,
  ...messageKind.unset,
  ...timesAt(at),
  ...value,
})
