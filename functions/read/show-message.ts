import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import { appKey } from '../protocol/change.ts'
import { type ReadPorts, requireChat, requireCurrent } from '../protocol/current.ts'
import { chatParent } from '../protocol/parent.ts'
import { representMessage } from '../resources/message.ts'
import { rowsOf } from '../rows/rows.ts'

/** A message as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is away. */
export async function showMessage(ports: ReadPorts, call: Call<'show-message'>): Promise<Answer> {
  const { token, chat, message } = call.path
  const head = await requireChat(ports, token, chat)
  const known = await requireCurrent<'chat'>(ports, chatParent(appKey(token), chat), message, head)
  return { status: 200, body: representMessage(known.row, known.status) }
}

export const handler = endpoint('show-message', (call) =>
  showMessage({ table: table(), rows: rowsOf(mysql()) }, call),
)
