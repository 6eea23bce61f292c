import type { MessageValue } from '../../functions/kinds/message.ts'

const at = '2026-01-02T03:04:05.678Z'

/** A message with this text and nothing else, not deleted. */
export const messageValue = (body: string): MessageValue => ({
  body,
  sender: null,
  metadata: null,
  created_at: at,
  updated_at: at,
  deleted_at: null,
})
