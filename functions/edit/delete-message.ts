import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { messageKind } from '../kinds/message.ts'
import { findMessage } from '../protocol/read/edit-target.ts'
import { type EditPorts, remove } from './edit.ts'
import { editPorts } from './wiring.ts'

/**
 * Leaves a tombstone without its text. 204, also when it is deleted already. Throws 404, 412, 503.
 */
export async function deleteMessage(
  ports: EditPorts,
  call: Call<'delete-message'>,
): Promise<HttpResponse> {
  return remove(ports, call, messageKind, () => findMessage(ports, call.path, 'write', true))
}

export const handler = mysqlEndpoint('delete-message', (call, sql, request) =>
  deleteMessage(editPorts(sql, request), call),
)
