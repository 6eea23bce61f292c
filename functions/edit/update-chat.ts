import { applicationEndpoint, type Call } from '../api/application-endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { representChat } from '../kinds/chat.ts'
import { rowsOf } from '../mysql/rows.ts'
import { findChat } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole chat. Throws 404, 412, 413, 422, 503. */
export async function updateChat(
  ports: EditPorts,
  call: Call<'update-chat'>,
): Promise<HttpResponse> {
  const cleared = call.method === 'PUT' ? { title: null, metadata: null } : {}
  return update(
    ports,
    call.headers,
    () => findChat(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...cleared, ...fields }),
    representChat,
  )
}

export const handler = applicationEndpoint('update-chat', (call) =>
  updateChat({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
