import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { chatKind } from '../kinds/chat.ts'
import { findChat } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'
import { editPorts } from './wiring.ts'

/** PATCH merges, PUT replaces; answers the whole chat. Throws 404, 412, 413, 422, 503. */
export async function updateChat(
  ports: EditPorts,
  call: Call<'update-chat'>,
): Promise<HttpResponse> {
  return update(ports, call, chatKind, () => findChat(ports, call.path, 'write'))
}

export const handler = mysqlEndpoint('update-chat', (call, sql, request) =>
  updateChat(editPorts(sql, request), call),
)
