import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { Client } from '@opensearch-project/opensearch'
import { type Audit, audit } from '../../functions/audit/audit.ts'
import { documentSource } from '../../functions/audit/documents.ts'
import { attributes } from '../../functions/audit/table-state.ts'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { depthOf } from '../../functions/clients/queue-depth.ts'
import { scanOf } from '../../functions/clients/table-scan.ts'
import { parseParent } from '../../functions/protocol/model/parent.ts'
import { type Head, headKey, readHead } from '../../functions/protocol/table/head.ts'
import { clientSettings } from '../../infra-local/endpoint/local-clients.ts'
import { accessOf } from '../support/local-access.ts'
import type { System } from './system.ts'

const local = ({ env }: Pick<System, 'env'>) => clientSettings(accessOf(env))

/**
 * Runs the audit of `npm run audit` over the stores themselves, past the proxies; does not wait.
 */
export async function auditNow({ env, db }: System): Promise<Audit> {
  const dynamodb = new DynamoDBClient(local({ env }))
  const sqs = new SQSClient(local({ env }))
  const index = env.OPENSEARCH_URL ? new Client({ node: env.OPENSEARCH_URL }) : undefined
  try {
    return await audit(
      {
        scan: () => scanOf(dynamodb, env.TABLE_NAME ?? '', attributes),
        queued: () => depthOf(sqs, env.QUEUE_URL ?? ''),
        sql: db,
        documents: index && documentSource(index),
        pause: () => Promise.resolve(),
        now: () => Date.now(),
        tell: () => undefined,
      },
      { waitMs: 0, most: 20, late: () => false },
    )
  } finally {
    dynamodb.destroy()
    sqs.destroy()
    await index?.close()
  }
}

/** Messages in the queue: visible, in flight or delayed. */
export async function queued({ env }: System): Promise<number> {
  const sqs = new SQSClient(local({ env }))
  try {
    return await depthOf(sqs, env.QUEUE_URL ?? '')
  } finally {
    sqs.destroy()
  }
}

/** One HEAD as it is now. Throws if there is none. */
export async function headOf({ env }: System, parent: string): Promise<Head> {
  const client = new DynamoDBClient(local({ env }))
  try {
    const item = await tableOf(client, env.TABLE_NAME ?? '').get(headKey(parseParent(parent)))
    if (!item) throw new Error(`no HEAD of ${parent}`)
    return readHead(item)
  } finally {
    client.destroy()
  }
}
