import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { applicationKind } from '../kinds/application.ts'
import { findApplication } from '../protocol/read/edit-target.ts'
import { type EditPorts, remove } from './edit.ts'
import { editPorts } from './wiring.ts'

/**
 * Leaves a tombstone; nothing below it can be reached any more. 204, also again. Throws 404, 412,
 * 503.
 */
export async function deleteApplication(
  ports: EditPorts,
  call: Call<'delete-application'>,
): Promise<HttpResponse> {
  return remove(ports, call, applicationKind, () =>
    findApplication(ports, call.path, 'write', true),
  )
}

export const handler = mysqlEndpoint('delete-application', (call, sql, request) =>
  deleteApplication(editPorts(sql, request), call),
)
