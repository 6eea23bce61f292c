import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { chatKind } from '../kinds/chat.ts'
import { findChat } from '../protocol/read/edit-target.ts'
import { type EditPorts, remove } from './edit.ts'
import { editPorts } from './wiring.ts'

/**
 * Leaves a tombstone; its messages are gone from every list and search at once. 204, also again.
 * Throws 404, 412, 503.
 */
export async function deleteChat(
  ports: EditPorts,
  call: Call<'delete-chat'>,
): Promise<HttpResponse> {
  return remove(ports, call, chatKind, () => findChat(ports, call.path, 'write', true))
}

export const handler = mysqlEndpoint('delete-chat', (call, sql, request) =>
  deleteChat(editPorts(sql, request), call),
)
