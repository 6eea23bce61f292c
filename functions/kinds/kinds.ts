import { type ApplicationValue, applicationKind } from './application.ts'
import { type ChatValue, chatKind } from './chat.ts'
import type { Kind } from './kind.ts'
import { type MessageValue, messageKind } from './message.ts'

/** The type of a value by the kind of its parent: below a chat stand messages. */
export interface ValueOf {
  root: ApplicationValue
  application: ChatValue
  chat: MessageValue
}
export type Value = ValueOf[keyof ValueOf]

/** What stands below a parent, by the parent's kind. */
export const kindBelow: { [K in keyof ValueOf]: Kind<ValueOf[K]> } = {
  root: applicationKind,
  application: chatKind,
  chat: messageKind,
}
