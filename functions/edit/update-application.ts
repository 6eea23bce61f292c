import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { mysql } from '../clients/mysql.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { requireApplication } from '../protocol/current.ts'
import { root } from '../protocol/parent.ts'
import { representApplication } from '../resources/application.ts'
import { rowsOf } from '../rows/rows.ts'
import { type EditPorts, edit, requireFields } from './edit.ts'

/** PATCH and PUT are alike for the one field it has; answers the whole application. Throws 404, 413, 422, 503. */
export async function updateApplication(ports: EditPorts, call: Call<'update-application'>): Promise<Answer> {
  const open = async () => ({ parent: root, ...(await requireApplication(ports, call.path.token)) })
  const row = await edit<'root'>(ports, 'edit', open, ({ value }, at) => {
    const fields = requireFields(call.body())
    return { ...value, ...fields, updated_at: at }
  })
  return { status: 200, body: representApplication(row, 'accepted') }
}

export const handler = endpoint('update-application', (call) =>
  updateApplication({ table: table(), rows: rowsOf(mysql()), queue: queue(), clock, ids, log }, call),
)
