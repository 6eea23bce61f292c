import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { messageKind } from '../kinds/message.ts'
import { type AcceptPorts, createdOne, newRows } from './accept.ts'
import { acceptMessages, createdBatch } from './accept-messages.ts'
import { acceptPorts } from './wiring.ts'

/**
 * Numbers a message in its chat and sends it on its way; 201 with it. Takes a batch, too, as
 * create-messages does: clients of the first version send theirs here. Throws Problems (see
 * reserve).
 */
export async function createMessage(
  ports: AcceptPorts,
  call: Call<'create-message'>,
): Promise<HttpResponse> {
  let batch = false
  const made = await acceptMessages(ports, call, () => {
    const body = call.body()
    batch = 'messages' in body
    return { batch, messages: 'messages' in body ? body.messages : [body] }
  })
  const rows = newRows(made)
  if (batch) return createdBatch(made, rows, 'messages')
  const location = `messages/${made.reservation.number}`
  return createdOne(made.replayed, location, rows, messageKind.represent)
}

export const handler = applicationEndpoint('create-message', (call, request) =>
  createMessage(acceptPorts(request), call),
)
