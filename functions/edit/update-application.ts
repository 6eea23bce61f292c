import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { openApplication } from '../protocol/open.ts'
import { representApplication } from '../resources/application.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, update } from './edit.ts'

/**
 * PATCH and PUT are alike for the one field it has; answers the whole application. Throws 404, 412,
 * 413, 422, 503.
 */
export async function updateApplication(
  ports: EditPorts,
  call: Call<'update-application'>,
): Promise<Answer> {
  return update(
    ports,
    call.headers,
    () => openApplication(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...fields }),
    representApplication,
  )
}

export const handler = endpoint('update-application', (call) =>
  updateApplication(
    { table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log },
    call,
  ),
)
