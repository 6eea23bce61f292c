import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openSearchAt } from '../../functions/clients/opensearch.ts'
import { indexSearchOf } from '../../functions/opensearch/index-search.ts'
import type { Criteria } from '../../functions/search/criteria.ts'

const opened: { close(): unknown }[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** A node that answers as `respond` says, and how many requests of each method it got. */
async function node(respond: RequestListener) {
  const asked: Record<string, number> = {}
  const server = createServer((request, response) => {
    const { method = '' } = request
    asked[method] = (asked[method] ?? 0) + 1
    respond(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = openSearchAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  opened.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return { client, asked }
}

const criteria: Criteria = { terms: ['red'], order: 'newest' }
const wanted = { app: 'a', chat: 1, after: undefined, limit: 9, without: new Set<number>() }
const silent = () => undefined

describe('the circuit of searches', () => {
  test('stays closed though searches take too long, as long as the node responds', async () => {
    const { client, asked } = await node((request, response) => {
      if (request.method === 'HEAD') response.end()
    })
    const index = indexSearchOf(client, { now: () => 0 }, silent, { timeoutMs: 50 })
    for (let i = 1; i <= 6; i++) {
      expect(await index.find(criteria, wanted)).toBeUndefined()
      expect([index.available(), asked.POST]).toEqual([true, i])
    }
  })

  test('stays closed though searches fail by themselves', async () => {
    const { client } = await node((request, response) => {
      response.statusCode = request.method === 'HEAD' ? 200 : 500
      response.end()
    })
    const index = indexSearchOf(client, { now: () => 0 }, silent)
    for (let i = 0; i < 6; i++) await index.find(criteria, wanted)
    expect(index.available()).toBe(true)
  })

  test('opens where the node drops all that it is sent: a search costs its time every 30 s', async () => {
    const { client, asked } = await node(() => undefined)
    let now = 0
    const index = indexSearchOf(client, { now: () => now }, silent, { timeoutMs: 50 })
    for (let i = 0; i < 3; i++) {
      expect(index.available()).toBe(true)
      expect(await index.find(criteria, wanted)).toBeUndefined()
    }
    expect([index.available(), asked.POST]).toEqual([false, 3])
    now = 30_000
    expect(index.available()).toBe(true)
    await index.find(criteria, wanted)
    expect(index.available()).toBe(false)
  })

  test('opens where nobody listens, and where the node has only errors', async () => {
    const nobody = openSearchAt('http://127.0.0.1:1')
    const broken = await node((_, response) => {
      response.statusCode = 503
      response.end()
    })
    for (const client of [nobody, broken.client]) {
      const index = indexSearchOf(client, { now: () => 0 }, silent)
      for (let i = 0; i < 3; i++) await index.find(criteria, wanted)
      expect(index.available()).toBe(false)
    }
  })
})
