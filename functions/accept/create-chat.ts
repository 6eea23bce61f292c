import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { appKey, type ChatValue } from '../protocol/change.ts'
import { applicationParent } from '../protocol/parent.ts'
import { representChat } from '../resources/chat.ts'
import { type AcceptPorts, accept, createdOne, inputOf, newRows, requestKeyOf } from './accept.ts'

/**
 * Numbers a chat in its application; messages can be sent to it straight after the 201. Throws
 * Problems (see reserve).
 */
export async function createChat(ports: AcceptPorts, call: Call<'create-chat'>): Promise<Answer> {
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

export const handler = endpoint('create-chat', (call) =>
  createChat({ table: table(), queue: queue(), clock, ids, log }, call),
)
