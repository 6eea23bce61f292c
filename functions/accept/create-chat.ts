import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { type ChatValue, chatKind } from '../kinds/chat.ts'
import { timesAt } from '../kinds/times.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { applicationParent } from '../protocol/model/parent.ts'
import { type AcceptPorts, accept, createdOne, inputOf, newRows, requestKeyOf } from './accept.ts'
import { setFields } from './payload-hash.ts'
import { acceptPorts } from './wiring.ts'

/**
 * Version 0.1 hashed these fields whether they were sent or not. No later field may be here: that
 * version knew none.
 */
const alwaysHashed = { title: null, metadata: null }

/**
 * Numbers a chat in its application; messages can be sent to it straight after the 201. Throws
 * Problems (see reserve).
 */
export async function createChat(
  ports: AcceptPorts,
  call: Call<'create-chat'>,
): Promise<HttpResponse> {
  const app = appKey(call.path.token)
  const key = requestKeyOf(call.headers, ['create-chat', app])
  const made = await accept<ChatValue>(ports, applicationParent(app), key, () => {
    const body = call.body()
    return inputOf(setFields(body, chatKind.unset), { ...alwaysHashed, ...body }, (at) => [
      { ...chatKind.unset, ...body, ...timesAt(at) },
    ])
  })
  return createdOne(
    made.replayed,
    `chats/${made.reservation.number}`,
    newRows(made),
    chatKind.represent,
  )
}

export const handler = applicationEndpoint('create-chat', (call, request) =>
  createChat(acceptPorts(request), call),
)
