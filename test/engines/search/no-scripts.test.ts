import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Client } from '@opensearch-project/opensearch'
import { afterEach, expect, test } from 'vitest'
import { clock } from '../../../functions/clients/clock.ts'
import { openSearchAt } from '../../../functions/clients/opensearch.ts'
import { indexOf } from '../../../functions/opensearch/bulk.ts'
import { indexSearchOf } from '../../../functions/opensearch/index-search.ts'
import { createIndex, type IndexNames } from '../../../functions/opensearch/mapping.ts'
import { refillStateOf } from '../../../functions/opensearch/refill-state.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { message, newToken } from '../changes.ts'
import { searchClient, storedOf } from './engines.ts'

const server: { at?: Server; client?: Client; names?: IndexNames } = {}
afterEach(async () => {
  const { client, names } = searchClient()
  await client.indices.delete({
    index: server.names?.index ?? names.index,
    ignore_unavailable: true,
  })
  await Promise.all([client.close(), server.client?.close()])
  server.at?.closeAllConnections()
  server.at?.close()
})

/** The engine behind a domain that responds 400, with this error, to whatever asks for a script. */
async function refusing(error: {
  type: string
  reason: string
}): Promise<{ client: Client; names: IndexNames }> {
  const { names, client: direct } = searchClient()
  await direct.close()
  const engine = new URL(process.env.OPENSEARCH_URL ?? '')
  const at = createServer(async (request, response) => {
    const body = await text(request)
    response.setHeader('Content-Type', 'application/json')
    if (body.includes('"scripted"')) {
      response
        .writeHead(400)
        .end(JSON.stringify({ error: { root_cause: [error], ...error }, status: 400 }))
      return
    }
    const { method = 'GET', headers } = request
    const type = headers['content-type']
    const answer = await fetch(new URL(request.url ?? '/', engine), {
      method,
      ...(type ? { headers: { 'content-type': type } } : {}),
      ...(body === '' ? {} : { body }),
    })
    response.writeHead(answer.status).end(await answer.text())
  })
  at.listen(0, '127.0.0.1')
  await once(at, 'listening')
  const address = at.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const client = openSearchAt(`http://127.0.0.1:${address.port}`)
  Object.assign(server, { at, client, names })
  return { client, names }
}

test.each([
  {
    type: 'illegal_argument_exception',
    reason: 'Unknown Similarity type [scripted] for field [g1]',
  },
  { type: 'illegal_argument_exception', reason: 'cannot execute [inline] scripts' },
  { type: 'mapper_parsing_exception', reason: 'Failed to parse mapping: Unknown Similarity type' },
])(
  'a domain without scripts has an index, which leaves the best order to MySQL: $reason',
  async (error) => {
    const { client, names } = await refusing(error)
    expect(await createIndex(client, names)).toBe(true)
    expect(await createIndex(client, names)).toBe(false)
    const refillState = refillStateOf(client, names)
    expect(await refillState.read()).toMatchObject({ complete: false })
    await refillState.complete()
    expect(await refillState.read()).toMatchObject({ complete: true })

    const token = newToken()
    const stored = [storedOf(message(token, 1, 1, 1, { body: 'red' }))]
    expect(await indexOf(client, clock, { names, timeoutMs: 20_000 }).bulk(stored)).toEqual([
      'done',
    ])
    await client.indices.refresh({ index: names.index })
    const search = indexSearchOf(client, clock, () => undefined, { names })
    const wanted = {
      app: appKey(token),
      chat: 1,
      after: undefined,
      limit: 9,
      without: new Set<number>(),
    }
    expect(await search.find({ terms: ['red'], order: 'newest' }, wanted)).toMatchObject({
      total: 1,
    })
    expect(await search.find({ terms: ['red'], order: 'best' }, wanted)).toBeUndefined()
    await refillState.restart()
    expect(await search.find({ terms: ['red'], order: 'newest' }, wanted)).toBeUndefined()
  },
)

test('any other refusal rises: a deploy must not go on without an index', async () => {
  const { client, names } = await refusing({
    type: 'validation_exception',
    reason: 'too many shards',
  })
  await expect(createIndex(client, names)).rejects.toMatchObject({ statusCode: 400 })
})
