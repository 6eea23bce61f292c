import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import { appKey } from '../protocol/change.ts'
import { type ReadPorts, requireChats, requireCurrent } from '../protocol/current.ts'
import { applicationParent } from '../protocol/parent.ts'
import { representChat } from '../resources/chat.ts'
import { rowsOf } from '../rows/rows.ts'

/** A chat as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is away. */
export async function showChat(ports: ReadPorts, call: Call<'show-chat'>): Promise<Answer> {
  const { token, chat } = call.path
  const head = await requireChats(ports, token)
  const known = await requireCurrent<'application'>(ports, applicationParent(appKey(token)), chat, head)
  return { status: 200, body: representChat(known.row, known.status) }
}

export const handler = endpoint('show-chat', (call) =>
  showChat({ table: table(), rows: rowsOf(mysql()) }, call),
)
