import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { openMessage } from '../protocol/open.ts'
import { representMessage } from '../resources/message.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, update } from './edit.ts'

/** PATCH merges, PUT replaces; answers the whole message. Throws 404, 412, 413, 422, 503. */
export async function updateMessage(
  ports: EditPorts,
  call: Call<'update-message'>,
): Promise<Answer> {
  const cleared = call.method === 'PUT' ? { sender: null, metadata: null } : {}
  return update(
    ports,
    call.headers,
    () => openMessage(ports, call.path),
    call.body,
    (value, fields) => ({ ...value, ...cleared, ...fields }),
    representMessage,
  )
}

export const handler = endpoint('update-message', (call) =>
  updateMessage({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
