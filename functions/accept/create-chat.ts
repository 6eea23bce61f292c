import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import type { ChatValue } from '../kinds/chat.ts'
import { representChat } from '../kinds/chat.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { applicationParent } from '../protocol/model/parent.ts'
import { type AcceptPorts, accept, createdOne, inputOf, newRows, requestKeyOf } from './accept.ts'
import { acceptPorts } from './wiring.ts'

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
    const { title = null, metadata = null } = call.body()
    const fields = { title, metadata }
    return inputOf(fields, (at) => [
      { ...fields, created_at: at, updated_at: at, deleted_at: null },
    ])
  })
  return createdOne(made.replayed, `chats/${made.reservation.number}`, newRows(made), representChat)
}

export const handler = applicationEndpoint('create-chat', (call) => createChat(acceptPorts(), call))
