import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { appKey } from '../protocol/change.ts'
import { requireChats, requireCurrent } from '../protocol/current.ts'
import { applicationParent } from '../protocol/parent.ts'
import { representChat } from '../resources/chat.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, edit, requireFields } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole chat. Throws 404, 413, 422, 503. */
export async function updateChat(ports: EditPorts, call: Call<'update-chat'>): Promise<Answer> {
  const { token, chat } = call.path
  const parent = applicationParent(appKey(token))
  const open = async () => {
    const head = await requireChats(ports, token)
    const known = await requireCurrent<'application'>(ports, parent, chat, head)
    return { parent, number: chat, head, known }
  }
  const row = await edit<'application'>(ports, 'edit', open, ({ value }, at) => {
    const fields = requireFields(call.body())
    const cleared = call.method === 'PUT' ? { title: null, metadata: null } : {}
    return { ...value, ...cleared, ...fields, updated_at: at }
  })
  return { status: 200, body: representChat(row, 'accepted') }
}

export const handler = endpoint('update-chat', (call) =>
  updateChat({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
