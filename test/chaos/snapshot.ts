import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { Client } from '@opensearch-project/opensearch'
import type { AuditedRow, Snapshot } from '../../functions/audit/invariants.ts'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { type Head, headKey, readHead } from '../../functions/protocol/head.ts'
import { applicationParent, chatParent, parseParent, root } from '../../functions/protocol/parent.ts'
import type { Item } from '../../functions/protocol/ports.ts'
import { readRequest } from '../../functions/protocol/request.ts'
import { appOf, textOrNull, whole } from '../../functions/rows/columns.ts'
import type { SqlRow } from '../../functions/rows/db.ts'
import { messages } from '../../functions/search/mapping.ts'
import type { System } from './system.ts'

const local = (endpoint: string | undefined) => ({
  endpoint: endpoint ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

/** Messages in the queue, whether visible, on their way or delayed. */
export async function queued({ env }: System): Promise<number> {
  const client = new SQSClient(local(env.AWS_ENDPOINT_URL))
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: env.QUEUE_URL, AttributeNames: ['All'] }),
  )
  client.destroy()
  const depth = ['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}` as const)
  return depth.reduce(
    (sum, name) => sum + Number(Object.entries(Attributes).find(([key]) => key === name)?.[1] ?? 0),
    0,
  )
}

async function items({ env }: System): Promise<Item[]> {
  const client = new DynamoDBClient(local(env.AWS_ENDPOINT_URL))
  const found: Item[] = []
  for await (const page of paginateScan({ client }, { TableName: env.TABLE_NAME, ConsistentRead: true }))
    found.push(...(page.Items ?? []).map((item) => unmarshall(item) as Item))
  client.destroy()
  return found
}

async function documents({ env }: System): Promise<Snapshot['documents']> {
  if (!env.OPENSEARCH_URL) return undefined
  const client = new Client({ node: env.OPENSEARCH_URL })
  await client.indices.refresh({ index: messages.index })
  const pages = client.helpers.scrollSearch({
    index: messages.index,
    size: 10_000,
    version: true,
    _source: false,
    body: {},
  })
  const found: NonNullable<Snapshot['documents']> = []
  for await (const { body } of pages)
    for (const { _id, _version } of body.hits.hits) {
      const [, app = '', chat, number] = String(_id).split('#')
      found.push({ app, chat: Number(chat), number: Number(number), rev: Number(_version) })
    }
  await client.close()
  return found
}

const common = (row: SqlRow) => ({
  rid: textOrNull(row.rid),
  rev: whole(row.rev),
  deleted: row.deleted_at !== null,
})

async function rows({ db }: System): Promise<AuditedRow[]> {
  const applications = await db.query(
    'SELECT app, number, rid, rev, deleted_at, chats_count FROM applications',
  )
  const chats = await db.query('SELECT app, number, rid, rev, deleted_at, messages_count FROM chats')
  const messages = await db.query('SELECT app, chat, number, rid, rev, deleted_at FROM messages')
  return [
    ...applications.map((row) => ({
      ...common(row),
      parent: root,
      number: row.number === null ? 0 : whole(row.number),
      self: { parent: applicationParent(appOf(row.app)), count: whole(row.chats_count) },
    })),
    ...chats.map((row) => ({
      ...common(row),
      parent: applicationParent(appOf(row.app)),
      number: whole(row.number),
      self: { parent: chatParent(appOf(row.app), whole(row.number)), count: whole(row.messages_count) },
    })),
    ...messages.map((row) => ({
      ...common(row),
      parent: chatParent(appOf(row.app), whole(row.chat)),
      number: whole(row.number),
      self: undefined,
    })),
  ]
}

/** Everything that the live stores hold, as the invariants want it. */
export async function snapshotOf(system: System): Promise<Snapshot> {
  const all = await items(system)
  const sk = (item: Item) => String(item.sk)
  return {
    heads: all
      .filter((item) => sk(item) === 'head')
      .map((item) => ({ parent: parseParent(String(item.pk)), head: readHead(item) })),
    requests: all.filter((item) => sk(item) === 'req').map(readRequest),
    waiting: all
      .filter((item) => String(item.pk).endsWith('#waiting'))
      .map((item) => ({
        parent: parseParent(String(item.pk).replace(/#waiting$/, '')),
        entry: { rid: String(item.rid), rev: Number(item.rev), number: Number(item.number) },
      })),
    rows: await rows(system),
    documents: await documents(system),
    queued: await queued(system),
  }
}

/** One HEAD as it is now. */
export async function headOf({ env }: System, parent: string): Promise<Head> {
  const table = tableOf(new DynamoDBClient(local(env.AWS_ENDPOINT_URL)), env.TABLE_NAME ?? '')
  return readHead((await table.get(headKey(parseParent(parent)))) ?? {})
}
