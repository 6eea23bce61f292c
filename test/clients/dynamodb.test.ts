import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import type { Table } from '../../functions/protocol/ports/table.ts'

/** A DynamoDB that takes requests and never responds. */
let requests = 0
const server = createServer(() => {
  requests += 1
  server.emit('taken')
})
let client: DynamoDBClient
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 3,
    requestHandler: { requestTimeout: 60_000 },
  })
})
afterAll(() => {
  client.destroy()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  requests = 0
})

const key = { pk: 'chat#1', sk: 'head' }
const calls: [keyof Table, (table: Table) => Promise<unknown>][] = [
  ['get', (table) => table.get(key)],
  ['batchGet', (table) => table.batchGet([key])],
  ['put', (table) => table.put({ Item: key })],
  ['update', (table) => table.update({ Key: key, UpdateExpression: 'REMOVE x' })],
  ['delete', (table) => table.delete({ Key: key })],
  ['query', (table) => table.query({ KeyConditionExpression: '', ExpressionAttributeValues: {} })],
  ['transact', (table) => table.transact([{ Item: key }])],
]

test.each(calls)('%s is not sent once the signal of its request is aborted', async (_, call) => {
  const table = tableOf(client, 'chat', AbortSignal.abort())
  await expect(call(table)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(requests).toBe(0)
})

test.each(calls)('%s on its way is given up by the signal, and not repeated', async (_, call) => {
  const ended = new AbortController()
  const taken = once(server, 'taken')
  const called = expect(call(tableOf(client, 'chat', ended.signal))).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  )
  await taken
  ended.abort()
  await called
  expect(requests).toBe(1)
})
