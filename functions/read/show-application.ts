import { shown } from '../api/conditions.ts'
import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import { type ReadPorts, requireApplication } from '../protocol/current.ts'
import { representApplication } from '../resources/application.ts'
import { rowsOf } from '../rows/rows.ts'

/**
 * An application as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it
 * and is away.
 */
export async function showApplication(
  ports: ReadPorts,
  call: Call<'show-application'>,
): Promise<Answer> {
  const { known } = await requireApplication(ports, call.path.token)
  return shown(call.headers, known.row, known.status, representApplication(known.row, known.status))
}

export const handler = endpoint('show-application', (call) =>
  showApplication({ table: table(), rows: rowsOf(mysql()) }, call),
)
