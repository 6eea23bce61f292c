import type { Call } from '../api/call.ts'
import { showResponse } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { messageKind } from '../kinds/message.ts'
import { findMessage } from '../protocol/read/edit-target.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { readPorts } from './wiring.ts'

/**
 * A message as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it and is
 * away.
 */
export async function showMessage(
  ports: ReadPorts,
  call: Call<'show-message'>,
): Promise<HttpResponse> {
  const { known } = await findMessage(ports, call.path, 'read')
  return showResponse(
    call.headers,
    known.row,
    known.status,
    messageKind.represent(known.row, known.status),
  )
}

export const handler = mysqlEndpoint('show-message', (call, sql, request) =>
  showMessage(readPorts(sql, request), call),
)
