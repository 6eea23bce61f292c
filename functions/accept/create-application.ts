import { createHash } from 'node:crypto'
import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import type { ApplicationValue } from '../protocol/change.ts'
import { root } from '../protocol/parent.ts'
import { representApplication } from '../resources/application.ts'
import { type AcceptPorts, accept, createdOne, inputOf, newRows, requestKeyOf } from './accept.ts'

/**
 * Makes an application and its token. A repeat with its key hands out the same token, so keys are scoped by the
 * operator's key: whoever does not hold it never meets them. Throws Problems (see reserve).
 */
export async function createApplication(
  ports: AcceptPorts,
  call: Call<'create-application'>,
): Promise<Answer> {
  const operator = createHash('sha256')
    .update(call.headers.authorization ?? '')
    .digest('base64url')
  const key = requestKeyOf(call.headers, ['create-application', operator])
  const made = await accept<ApplicationValue>(ports, root, key, () => {
    const { name } = call.body()
    return inputOf({ name }, (at, token) => [
      { token, name, created_at: at, updated_at: at, deleted_at: null },
    ])
  })
  const rows = newRows(made)
  return createdOne(made.replayed, `applications/${rows[0]?.value.token}`, rows, representApplication)
}

export const handler = endpoint('create-application', (call) =>
  createApplication({ table: table(), queue: queue(), clock, ids, log }, call),
)
