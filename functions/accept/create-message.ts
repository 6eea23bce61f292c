import type * as v from 'valibot'
import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { reference } from '../api/page-response.ts'
import { type MessageValue, messageKind } from '../kinds/message.ts'
import { timesAt } from '../kinds/times.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { chatParent } from '../protocol/model/parent.ts'
import {
  type AcceptPorts,
  accept,
  created,
  createdOne,
  inputOf,
  newRows,
  requestKeyOf,
} from './accept.ts'
import { acceptPorts } from './wiring.ts'

const toValue = (
  { body, ...optional }: v.InferOutput<typeof messageKind.create>,
  at: string,
): MessageValue => ({ body, ...messageKind.unset, ...optional, ...timesAt(at) })

/**
 * Numbers a message in its chat, or up to 100 at once, and sends them on their way; answers 201
 * with them. A batch has consecutive numbers in its order, is accepted whole or not at all, and
 * repeats whole. Throws Problems (see reserve).
 */
export async function createMessage(
  ports: AcceptPorts,
  call: Call<'create-message'>,
): Promise<HttpResponse> {
  const app = appKey(call.path.token)
  const parent = chatParent(app, call.path.chat)
  const key = requestKeyOf(call.headers, ['create-message', app, String(call.path.chat)])
  let batch = false
  const made = await accept<MessageValue>(ports, parent, key, () => {
    const body = call.body()
    batch = 'messages' in body
    const messages = 'messages' in body ? body.messages : [body]
    return inputOf({ batch, messages }, (at) => messages.map((message) => toValue(message, at)))
  })
  const rows = newRows(made)
  if (!batch)
    return createdOne(
      made.replayed,
      `messages/${made.reservation.number}`,
      rows,
      messageKind.represent,
    )
  const data = rows.map((row) => messageKind.represent(row, 'accepted'))
  const after = made.reservation.number - 1
  return created(made.replayed, `messages${reference({ after, limit: data.length })}`, { data })
}

export const handler = applicationEndpoint('create-message', (call, signal) =>
  createMessage(acceptPorts(signal), call),
)
