import type { Call } from '../api/call.ts'
import { showResponse } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { applicationKind } from '../kinds/application.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { requireApplication } from '../protocol/read/require.ts'
import { readPorts } from './wiring.ts'

/**
 * An application as it is now, straight after its 201 too. Throws 404; 503 when only MySQL has it
 * and is away.
 */
export async function showApplication(
  ports: ReadPorts,
  call: Call<'show-application'>,
): Promise<HttpResponse> {
  const { known } = await requireApplication(ports, call.path.token, 'read')
  return showResponse(
    call.headers,
    known.row,
    known.status,
    applicationKind.represent(known.row, known.status),
  )
}

export const handler = mysqlEndpoint('show-application', (call, sql, request) =>
  showApplication(readPorts(sql, request), call),
)
