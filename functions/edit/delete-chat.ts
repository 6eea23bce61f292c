import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { openChat } from '../protocol/open.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, remove } from './edit.ts'

/**
 * Leaves a tombstone; its messages are gone from every list and search at once. 204, also again.
 * Throws 404, 412, 503.
 */
export async function deleteChat(ports: EditPorts, call: Call<'delete-chat'>): Promise<Answer> {
  const open = () => openChat(ports, call.path, true)
  return remove(ports, call.headers, open, (value) => ({ ...value, title: null, metadata: null }))
}

export const handler = endpoint('delete-chat', (call) =>
  deleteChat({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
