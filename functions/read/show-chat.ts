import type { Call } from '../api/call.ts'
import { showResponse } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { chatKind } from '../kinds/chat.ts'
import { findChat } from '../protocol/read/edit-target.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { readPorts } from './wiring.ts'

/**
 * A chat as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is
 * away.
 */
export async function showChat(ports: ReadPorts, call: Call<'show-chat'>): Promise<HttpResponse> {
  const { known } = await findChat(ports, call.path, 'read')
  return showResponse(
    call.headers,
    known.row,
    known.status,
    chatKind.represent(known.row, known.status),
  )
}

export const handler = mysqlEndpoint('show-chat', (call, sql, request) =>
  showChat(readPorts(sql, request), call),
)
