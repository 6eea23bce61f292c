import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchLimit, limits } from '../../functions/limits/limits.ts'
import { shards } from '../../functions/protocol/table/request.ts'
import { messageValue } from '../support/values.ts'

const requests = 300
const longest = 'x'.repeat(Math.floor(limits.sentBytes / batchLimit) - 150)
const values = JSON.stringify(Array.from({ length: batchLimit }, () => messageValue(longest)))

/** As the endpoint writes it: DynamoDB's JSON of the largest request that is accepted. */
const item = (pk: string, n: number) => ({
  pk: { S: pk },
  sk: { S: 'req' },
  rid: { S: pk.slice(4) },
  parent: { S: `chat#${'0'.repeat(32)}#1` },
  act: { S: 'create' },
  values: { S: values },
  count: { N: String(batchLimit) },
  created_at: { S: '2026-01-01T00:00:00.000Z' },
  due: { N: '1' },
  n: { N: String(1 + n * batchLimit) },
  rev: { N: String(n + 1) },
  waiting: { BOOL: true },
})

interface Read {
  Keys: { pk: { S: string }; sk: { S: string } }[]
  ProjectionExpression?: string
}

/** Responds to what a sweep asks of DynamoDB and SQS, as far as it looks at the response. */
function respond(action: string, asked: Record<string, unknown>): unknown {
  if (action === 'Query') {
    const { ':shard': shard } = asked.ExpressionAttributeValues as { ':shard': { N: string } }
    const start = (asked.ExclusiveStartKey as { pk: { S: string } } | undefined)?.pk.S
    const from = start === undefined ? Number(shard.N) : Number(start.slice(4)) + shards
    const numbers = Array.from({ length: 50 }, (_, i) => from + i * shards)
    const Items = numbers
      .filter((n) => n < requests)
      .map((n) => ({ pk: { S: `req#${n}` }, sk: { S: 'req' }, due: { N: '1' } }))
    return Items.length === 50 ? { Items, LastEvaluatedKey: Items.at(-1) } : { Items }
  }
  if (action === 'BatchGetItem') {
    const { table } = asked.RequestItems as { table: Read }
    const found = table.Keys.filter(({ sk }) => sk.S === 'req').map(({ pk }) => {
      const { values, ...rest } = item(pk.S, Number(pk.S.slice(4)))
      return table.ProjectionExpression === undefined ? { ...rest, values } : rest
    })
    return { Responses: { table: found }, UnprocessedKeys: {} }
  }
  if (action === 'SendMessageBatch') {
    const entries = asked.Entries as { Id: string; MessageBody: string }[]
    return {
      Successful: entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      })),
      Failed: [],
    }
  }
  return {}
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
}

const server = createServer((request, response) => {
  void readBody(request).then((asked) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    response.end(JSON.stringify(respond(action, asked)))
  })
})
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('a sweep of the largest requests that are accepted needs a heap of 96 MiB, and 384 MiB in all', async () => {
  const { port } = server.address() as AddressInfo
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=96', 'test/sweep/sweep-once.ts'],
    {
      env: { ...process.env, ENDPOINT: `http://127.0.0.1:${port}` },
    },
  )
  const swept = JSON.parse(stdout) as { sent: number; peakMiB: number }
  expect(swept.sent).toBe(requests)
  expect(swept.peakMiB).toBeLessThan(384)
}, 120_000)
