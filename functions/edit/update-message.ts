import { applicationEndpoint, type Call } from '../api/application-endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { representMessage } from '../kinds/message.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findMessage } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole message. Throws 404, 412, 413, 422, 503. */
export async function updateMessage(
  ports: EditPorts,
  call: Call<'update-message'>,
): Promise<HttpResponse> {
  const cleared = call.method === 'PUT' ? { sender: null, metadata: null } : {}
  return update(
    ports,
    call.headers,
    () => findMessage(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...cleared, ...fields }),
    representMessage,
  )
}

export const handler = applicationEndpoint('update-message', (call) =>
  updateMessage({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
