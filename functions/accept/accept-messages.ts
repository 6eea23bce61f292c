import type * as v from 'valibot'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { relativeReference } from '../api/page-response.ts'
import { type MessageValue, messageKind } from '../kinds/message.ts'
import { timesAt } from '../kinds/times.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { chatParent } from '../protocol/model/parent.ts'
import type { Row } from '../protocol/model/row.ts'
import type { Reserved } from '../protocol/write/create.ts'
import { type AcceptPorts, accept, created, inputOf, requestKeyOf } from './accept.ts'
import { setFields } from './payload-hash.ts'

type MessageCreate = v.InferOutput<typeof messageKind.create>

const toValue = ({ body, ...optional }: MessageCreate, at: string): MessageValue => ({
  body,
  ...messageKind.unset,
  ...optional,
  ...timesAt(at),
})

/** What a request creates: one message, or a batch, which may be of one message, too. */
export interface Asked {
  batch: boolean
  messages: MessageCreate[]
}

/**
 * Numbers the messages that `asked` returns in the chat of the path, consecutively, and sends them
 * on their way: all or none. The keys of a chat are one scope, whichever path they come by: a batch
 * that was sent to `.../messages` and is repeated at `.../messages/batch` is one request. Throws
 * Problems (see reserve).
 */
export function acceptMessages(
  ports: AcceptPorts,
  { path, headers }: Pick<Call<'create-messages'>, 'path' | 'headers'>,
  asked: () => Asked,
): Promise<Reserved<MessageValue>> {
  const app = appKey(path.token)
  const key = requestKeyOf(headers, ['create-message', app, String(path.chat)])
  return accept<MessageValue>(ports, chatParent(app, path.chat), key, () => {
    const { batch, messages } = asked()
    const value = { batch, messages: messages.map((one) => setFields(one, messageKind.unset)) }
    return inputOf(value, { batch, messages }, (at) =>
      messages.map((message) => toValue(message, at)),
    )
  })
}

/** 201 with all that was made; `list` leads from the path of the request to the chat's messages. */
export function createdBatch(
  { replayed, reservation }: Reserved<MessageValue>,
  rows: Row<MessageValue>[],
  list: string,
): HttpResponse {
  const data = rows.map((row) => messageKind.represent(row, 'accepted'))
  const location = `${list}${relativeReference({ after: reservation.number - 1, limit: data.length })}`
  return created(replayed, location, { data })
}
