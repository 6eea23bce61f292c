import { applicationEndpoint, type Call } from '../api/application-endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findChat } from '../protocol/read/edit-target.ts'
import { type EditPorts, remove } from './edit.ts'

/**
 * Leaves a tombstone; its messages are gone from every list and search at once. 204, also again.
 * Throws 404, 412, 503.
 */
export async function deleteChat(
  ports: EditPorts,
  call: Call<'delete-chat'>,
): Promise<HttpResponse> {
  const open = () => findChat(ports, call.path, true)
  return remove(ports, call.headers, open, (value) => ({ ...value, title: null, metadata: null }))
}

export const handler = applicationEndpoint('delete-chat', (call) =>
  deleteChat({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
