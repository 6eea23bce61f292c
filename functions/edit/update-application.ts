import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { applicationKind } from '../kinds/application.ts'
import { findApplication } from '../protocol/read/edit-target.ts'
import { type EditPorts, update } from './edit.ts'
import { editPorts } from './wiring.ts'

/**
 * PATCH and PUT are alike for the one field it has; answers the whole application. Throws 404, 412,
 * 413, 422, 503.
 */
export async function updateApplication(
  ports: EditPorts,
  call: Call<'update-application'>,
): Promise<HttpResponse> {
  return update(ports, call, applicationKind, () => findApplication(ports, call.path, 'write'))
}

export const handler = mysqlEndpoint('update-application', (call, sql, request) =>
  updateApplication(editPorts(sql, request), call),
)
