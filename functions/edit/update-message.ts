import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { messageKind } from '../kinds/message.ts'
import { findMessage } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'
import { editPorts } from './wiring.ts'

/** PATCH merges, PUT replaces; answers the whole message. Throws 404, 412, 413, 422, 503. */
export async function updateMessage(
  ports: EditPorts,
  call: Call<'update-message'>,
): Promise<HttpResponse> {
  return update(ports, call, messageKind, () => findMessage(ports, call.path, 'write'))
}

export const handler = mysqlEndpoint('update-message', (call, sql, request) =>
  updateMessage(editPorts(sql, request), call),
)
