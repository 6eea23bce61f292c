import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { conversation } from '../../docs/examples/chat.ts'
import { clientOf, Refused } from '../../docs/examples/client.ts'

const base = process.env.CHAT_BASE_URL ?? ''
const messages = '/applications/{token}/chats/{chat}/messages'

describe('the example program', () => {
  test('prints the conversation that its source shows', async () => {
    const lines: string[] = []
    await conversation(base, (line) => lines.push(line))
    expect(lines).toEqual([
      'up to 100 messages at once',
      'chat 1: Lunch',
      '1 ann: Soup or salad?',
      '2 bob: Soup, please',
      '3 ann: Tomato or potato?',
      '4 eve: スープ!',
      'ープ is in 4 of 1',
      '2 is now: Salad, please',
      'left: 2, 3, 4',
    ])
  })
})

describe('the client', () => {
  const servers: ReturnType<typeof createServer>[] = []
  afterAll(() => {
    for (const server of servers) server.closeAllConnections()
  })

  test('repeats a create whose response got lost with the same key, so that there is one message', async () => {
    const direct = clientOf({ baseUrl: base })
    const { token } = await direct.call('post', '/applications', { json: { name: 'Lossy' } })
    const { number } = await direct.call('post', '/applications/{token}/chats', { path: { token } })
    const chat = { token, chat: number }
    const keys: (string | null)[] = []
    let calls = 0
    const lossy: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      keys.push(new Headers(init?.headers).get('Idempotency-Key'))
      if (calls++ < 2) throw new TypeError('fetch failed')
      return answer
    }
    const message = await clientOf({ baseUrl: base, fetch: lossy }).call('post', messages, {
      path: chat,
      json: { body: 'once' },
    })
    expect(message).toMatchObject({ number: 1, body: 'once' })
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(3)
    const next = await direct.call('post', messages, { path: chat, json: { body: 'next' } })
    expect(next).toMatchObject({ number: 2 })
  })

  test('waits as long as Retry-After says, and gives up with the problem', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      response.writeHead(503, { 'Retry-After': '0', 'Content-Type': 'application/problem+json' })
      response.end(JSON.stringify({ title: 'Service unavailable', detail: 'away', status: 503 }))
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const client = clientOf({ baseUrl: `http://127.0.0.1:${port}`, attempts: 3 })
    await expect(client.call('get', '/limits')).rejects.toThrow(/Service unavailable: away/)
    expect(asked).toBe(3)
  })

  test('walks over pages by number, tombstones between them included', async () => {
    const client = clientOf({ baseUrl: base })
    const { token } = await client.call('post', '/applications', { json: { name: 'Long' } })
    const { number } = await client.call('post', '/applications/{token}/chats', { path: { token } })
    const path = { token, chat: number }
    const batch = Array.from({ length: 100 }, (_, i) => ({ body: `m${i}` }))
    for (const json of [{ messages: batch }, { messages: batch }])
      await client.call('post', `${messages}/batch`, { path, json })
    await client.call('post', messages, { path, json: { body: 'last' } })
    for (const message of [100, 101])
      await client.call('delete', `${messages}/{message}`, { path: { ...path, message } })
    const seen: number[] = []
    for await (const message of client.messages(path, 50)) seen.push(message.number)
    const expected = Array.from({ length: 151 }, (_, i) => 51 + i).filter(
      (n) => n !== 100 && n !== 101,
    )
    expect(seen).toEqual(expected)
  })

  test('repeats what a proxy on the way refused without a problem of the API', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      if (asked === 1)
        response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>')
      else response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"body_bytes":1}')
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const client = clientOf({ baseUrl: `http://127.0.0.1:${port}` })
    expect(await client.call('get', '/limits')).toEqual({ body_bytes: 1 })
    const impatient = clientOf({ baseUrl: `http://127.0.0.1:${port}`, attempts: 1 })
    asked = 0
    await expect(impatient.call('get', '/limits')).rejects.toThrow(
      'Bad Gateway: not answered by the API',
    )
  })

  test('does not repeat what can never succeed', async () => {
    const client = clientOf({ baseUrl: base })
    const refused = client.call('post', messages, {
      path: { token: 'none', chat: 1 },
      json: { body: 'x' },
    })
    await expect(refused).rejects.toBeInstanceOf(Refused)
    await expect(refused).rejects.toMatchObject({ problem: { status: 404 } })
  })
})
