import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clock } from '../../../functions/clients/clock.ts'
import { openSearchAt } from '../../../functions/clients/opensearch.ts'
import { indexOf } from '../../../functions/opensearch/bulk.ts'
import { createIndex, indexNamesOf } from '../../../functions/opensearch/mapping.ts'
import { findInIndex } from '../../../functions/opensearch/query.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import type { StoredMessage } from '../../../functions/protocol/ports/stores.ts'
import { edit, message, newToken } from '../changes.ts'
import { type Engines, engines, searchClient, storedOf } from '../search/engines.ts'

let at: Engines
beforeAll(async () => {
  at = await engines()
})
afterAll(() => at.drop())

async function bodies(token: string, q: string): Promise<string[]> {
  await at.refresh()
  const wanted = {
    app: appKey(token),
    chat: 1,
    after: undefined,
    limit: 9,
    without: new Set<number>(),
  }
  const { hits } = await findInIndex(at.client, { terms: [q], order: 'newest' }, wanted, at.names)
  return hits.map((hit) => hit.row.value.body)
}

describe('the index', () => {
  test('is made once by parallel callers, and by nobody else', async () => {
    const { client, names } = searchClient()
    const made = await Promise.all(Array.from({ length: 8 }, () => createIndex(client, names)))
    expect(made.filter((one) => one)).toHaveLength(1)
    expect(await createIndex(client, names)).toBe(false)
    await client.indices.delete({ index: names.index })
    await client.close()
  })

  test('keeps the greatest rev of a message, whatever comes in which order', async () => {
    const token = newToken()
    const first = message(token, 1, 1, 1, { body: 'red one' })
    const second = edit(first, 2, { body: 'red two' })
    for (const change of [second, first, second])
      expect(await at.index.bulk([storedOf(change)])).toEqual(['done'])
    expect(await bodies(token, 'red')).toEqual(['red two'])
  })

  test('keeps a tombstone of what is deleted: an older version that comes late stays unfound', async () => {
    const token = newToken()
    const first = message(token, 1, 1, 1, { body: 'red' })
    const tombstone = edit(first, 2, { deleted_at: '2026-02-03T04:05:06.789Z' })
    await at.index.bulk([storedOf(tombstone), storedOf(first)])
    expect(await bodies(token, 'red')).toEqual([])
    const found = await at.client.search({
      index: at.names.write,
      body: { query: { term: { chat: `chat#${appKey(token)}#1` } } },
    })
    expect(JSON.stringify(found.body.hits.hits)).not.toContain('red')
  })

  test('takes metadata of any names and depth, and gives it back as it is', async () => {
    const token = newToken()
    let deep: Record<string, unknown> = {}
    for (let i = 0; i < 200; i++) deep = { a: deep }
    const metadata = JSON.parse(
      `{"": 1, "a.b": [1, "x"], "__proto__": {"c": null}, "deep": ${JSON.stringify(deep)}}`,
    )
    expect(
      await at.index.bulk([storedOf(message(token, 1, 1, 1, { body: 'red', metadata }))]),
    ).toEqual(['done'])
    await at.refresh()
    const wanted = {
      app: appKey(token),
      chat: 1,
      after: undefined,
      limit: 9,
      without: new Set<number>(),
    }
    const { hits } = await findInIndex(
      at.client,
      { terms: ['red'], order: 'newest' },
      wanted,
      at.names,
    )
    expect(JSON.stringify(hits[0]?.row.value.metadata)).toBe(JSON.stringify(metadata))
  })

  test('takes more than one request may hold, in order', async () => {
    const token = newToken()
    const many = Array.from({ length: 200 }, (_, i) =>
      message(token, 1, i + 1, i + 1, { body: 'é'.repeat(8_000) }),
    )
    const outcomes = await at.index.bulk(many.map(storedOf))
    expect(outcomes).toEqual(many.map(() => 'done'))
  })
})

describe('the outcome of a message', () => {
  const one = storedOf(message(newToken(), 1, 1, 1))

  test('is "refused" where OpenSearch will never take its document, and the others keep their own', async () => {
    const token = newToken()
    const [good, late] = [message(token, 1, 1, 1), message(token, 1, 3, 3)].map(storedOf)
    const bad = storedOf(message(token, 1, 2, 2, { created_at: 'no instant' }))
    if (!good || !late) throw new Error('no messages')
    expect(await at.index.bulk([good, bad, late])).toEqual(['done', 'refused', 'done'])
  })

  test('is "later" where the index is missing, and no index with guessed types is created', async () => {
    const { client } = searchClient()
    const names = indexNamesOf('test-missing')
    expect(await indexOf(client, clock, { names }).bulk([one])).toEqual(['later'])
    expect((await client.indices.exists({ index: names.write })).body).toBe(false)
    await client.close()
  })

  test('is "later" where there is no index at all', async () => {
    expect(await indexOf(undefined, clock).bulk([one, one])).toEqual(['later', 'later'])
  })

  test('is "later" where a node drops what it is sent; after three times nothing is sent to it for 30 s', async () => {
    const calls: unknown[] = []
    const dropping = await listen((socket) => calls.push(socket))
    let now = 0
    const index = indexOf(openSearchAt(dropping.url), { now: () => now }, { timeoutMs: 50 })
    const send = async (messages: StoredMessage[]) =>
      expect(await index.bulk(messages)).toEqual(['later'])
    for (let i = 0; i < 5; i++) await send([one])
    expect(calls).toHaveLength(3)
    now = 30_000
    await send([one])
    expect(calls).toHaveLength(4)
    dropping.server.close()
  })
})

/** A server that takes connections and never responds. */
async function listen(
  connected: (socket: unknown) => void,
): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    connected(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, url: `http://127.0.0.1:${address.port}` }
}
