import type { ApplicationValue } from './application.ts'
import type { ChatValue } from './chat.ts'
import type { MessageValue } from './message.ts'

export type Value = ApplicationValue | ChatValue | MessageValue

/** The value's type by its parent's kind. */
export interface ValueOf {
  root: ApplicationValue
  application: ChatValue
  chat: MessageValue
}
