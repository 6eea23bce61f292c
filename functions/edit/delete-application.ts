import { applicationEndpoint, type Call } from '../api/application-endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findApplication } from '../protocol/read/edit-target.ts'
import { type EditPorts, remove } from './edit.ts'

/**
 * Leaves a tombstone; nothing below it can be reached any more. 204, also again. Throws 404, 412,
 * 503.
 */
export async function deleteApplication(
  ports: EditPorts,
  call: Call<'delete-application'>,
): Promise<HttpResponse> {
  const open = () => findApplication(ports, call.path, true)
  return remove(ports, call.headers, open, (value) => value)
}

export const handler = applicationEndpoint('delete-application', (call) =>
  deleteApplication(
    { table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log },
    call,
  ),
)
