import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { appKey } from '../protocol/change.ts'
import { requireChat, requireCurrent } from '../protocol/current.ts'
import { chatParent } from '../protocol/parent.ts'
import { representMessage } from '../resources/message.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, edit, requireFields } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole message. Throws 404, 413, 422, 503. */
export async function updateMessage(ports: EditPorts, call: Call<'update-message'>): Promise<Answer> {
  const { token, chat, message } = call.path
  const parent = chatParent(appKey(token), chat)
  const open = async () => {
    const head = await requireChat(ports, token, chat)
    const known = await requireCurrent<'chat'>(ports, parent, message, head)
    return { parent, number: message, head, known }
  }
  const row = await edit<'chat'>(ports, 'edit', open, ({ value }, at) => {
    const fields = requireFields(call.body())
    const cleared = call.method === 'PUT' ? { sender: null, metadata: null } : {}
    return { ...value, ...cleared, ...fields, updated_at: at }
  })
  return { status: 200, body: representMessage(row, 'accepted') }
}

export const handler = endpoint('update-message', (call) =>
  updateMessage({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
