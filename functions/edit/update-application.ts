import { applicationEndpoint, type Call } from '../api/application-endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { representApplication } from '../kinds/application.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findApplication } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'

/**
 * PATCH and PUT are alike for the one field it has; answers the whole application. Throws 404, 412,
 * 413, 422, 503.
 */
export async function updateApplication(
  ports: EditPorts,
  call: Call<'update-application'>,
): Promise<HttpResponse> {
  return update(
    ports,
    call.headers,
    () => findApplication(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...fields }),
    representApplication,
  )
}

export const handler = applicationEndpoint('update-application', (call) =>
  updateApplication(
    { table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log },
    call,
  ),
)
