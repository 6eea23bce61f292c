import { shown } from '../api/conditions.ts'
import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import type { ReadPorts } from '../protocol/current.ts'
import { openChat } from '../protocol/open.ts'
import { representChat } from '../resources/chat.ts'
import { rowsOf } from '../rows/rows.ts'

/**
 * A chat as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is
 * away.
 */
export async function showChat(ports: ReadPorts, call: Call<'show-chat'>): Promise<Answer> {
  const { known } = await openChat(ports, call.path)
  return shown(call.headers, known.row, known.status, representChat(known.row, known.status))
}

export const handler = endpoint('show-chat', (call) =>
  showChat({ table: table(), rows: rowsOf(mysql()) }, call),
)
