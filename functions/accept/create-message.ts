import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { appKey, type MessageValue } from '../protocol/change.ts'
import { chatParent } from '../protocol/parent.ts'
import { representMessage } from '../resources/message.ts'
import { type AcceptPorts, accept, created, inputOf, newRow, requestKeyOf } from './accept.ts'

/** Numbers a message in its chat and sends it on its way; answers 201 with it. Throws Problems (see reserve). */
export async function createMessage(ports: AcceptPorts, call: Call<'create-message'>): Promise<Answer> {
  const app = appKey(call.path.token)
  const parent = chatParent(app, call.path.chat)
  const key = requestKeyOf(call.headers, ['create-message', app, String(call.path.chat)])
  const made = await accept<MessageValue>(ports, parent, key, () => {
    const { body, sender = null, metadata = null } = call.body()
    const fields = { body, sender, metadata }
    return inputOf(fields, (at) => ({ ...fields, created_at: at, updated_at: at, deleted_at: null }))
  })
  return created(made.replayed, `messages/${made.change.number}`, representMessage(newRow(made), 'accepted'))
}

export const handler = endpoint('create-message', (call) =>
  createMessage({ table: table(), queue: queue(), clock, ids, log }, call),
)
