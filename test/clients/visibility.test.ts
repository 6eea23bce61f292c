import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { visibilityOf } from '../../functions/clients/visibility.ts'

/** A queue that answers as `listener` does, and how often it was asked. */
async function queue(listener: RequestListener) {
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const endpoint = `http://127.0.0.1:${address.port}`
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true },
  })
  const close = () => {
    client.destroy()
    server.closeAllConnections()
    server.close()
  }
  return { client, url: `${endpoint}/queue`, calls: () => calls, close }
}
const one = [{ receiptHandle: 'r', seconds: 1 }]

test('a queue that does not answer is given up in the time of the call, not of the client', async () => {
  const { client, url, calls, close } = await queue(() => undefined)
  await expect(visibilityOf(client, url, 50).retryIn(one)).rejects.toMatchObject({
    name: 'AbortError',
  })
  // Not even once where the machine is too busy to connect in time, but never twice.
  expect(calls()).toBeLessThan(2)
  close()
})

test('a delivery that was not postponed is an error', async () => {
  const { client, url, close } = await queue((_, response) => {
    response.setHeader('Content-Type', 'application/x-amz-json-1.0')
    response.end(
      JSON.stringify({ Successful: [], Failed: [{ Id: '0', SenderFault: true, Code: 'x' }] }),
    )
  })
  await expect(visibilityOf(client, url, 30_000).retryIn(one)).rejects.toThrow(
    '1 deliveries could not be postponed',
  )
  close()
})
