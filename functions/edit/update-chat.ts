import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { openChat } from '../protocol/open.ts'
import { representChat } from '../resources/chat.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, update } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole chat. Throws 404, 412, 413, 422, 503. */
export async function updateChat(ports: EditPorts, call: Call<'update-chat'>): Promise<Answer> {
  const cleared = call.method === 'PUT' ? { title: null, metadata: null } : {}
  return update(
    ports,
    call.headers,
    () => openChat(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...cleared, ...fields }),
    representChat,
  )
}

export const handler = endpoint('update-chat', (call) =>
  updateChat({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
