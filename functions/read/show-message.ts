import { shown } from '../api/conditions.ts'
import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import type { ReadPorts } from '../protocol/current.ts'
import { openMessage } from '../protocol/open.ts'
import { representMessage } from '../resources/message.ts'
import { rowsOf } from '../rows/rows.ts'

/**
 * A message as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is
 * away.
 */
export async function showMessage(ports: ReadPorts, call: Call<'show-message'>): Promise<Answer> {
  const { known } = await openMessage(ports, call.path)
  return shown(call.headers, known.row, known.status, representMessage(known.row, known.status))
}

export const handler = endpoint('show-message', (call) =>
  showMessage({ table: table(), rows: rowsOf(mysql()) }, call),
)
