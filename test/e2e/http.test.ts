import { beforeAll, describe, expect, test } from 'vitest'
import { methodsTaken, routes } from '../../functions/api/routes.ts'
import { type Chat, newChat, say } from '../support/chats.ts'
import { baseUrl, get, read, shapes } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'

let chat: Chat
beforeAll(async () => {
  chat = await newChat()
  await say(chat, 'Hello '.repeat(500))
})
const real = (path: string) =>
  path
    .replace('{token}', chat.token)
    .replace('{chat}', String(chat.number))
    .replace('{message}', '1')
    .replace(/search$/, 'search?q=hello')
/** Of `/`, which only leads to the reference, there is nothing to see. */
const gets = routes.filter(({ method, path }) => method === 'GET' && path !== '/')

describe('HEAD', () => {
  test.each(gets)('is GET without its body: $path', async ({ path }) => {
    const ask = (method: string) => fetch(`${baseUrl()}${real(path)}`, { method })
    const [got, head] = [await ask('GET'), await ask('HEAD')]
    const body = Buffer.from(await got.arrayBuffer())
    expect([head.status, await head.text()]).toEqual([got.status, ''])
    expect(body.length).toBeGreaterThan(0)
    for (const name of [
      'Content-Type',
      'ETag',
      'Link',
      'Cache-Control',
      'Vary',
      'Content-Encoding',
    ])
      expect(head.headers.get(name), name).toBe(got.headers.get(name))
  })
})

describe('a response without a body', () => {
  test('has no content type: 204, 304, a preflight', async () => {
    const { number } = await say(chat, 'gone')
    const { headers } = await get(`${chat.messages}/1`)
    const etag = headers.get('ETag') ?? ''
    for (const [method, path, sent, status] of [
      ['DELETE', `${chat.messages}/${number}`, [], 204],
      ['GET', `${chat.messages}/1`, [['If-None-Match', etag]], 304],
      ['OPTIONS', chat.messages, [], 204],
    ] as const) {
      const answer = await sendRaw(
        method,
        path,
        sent.map(([name, value]) => [name, value]),
      )
      expect(answer?.status, method).toBe(status)
      expect(answer?.headers.get('Content-Type'), method).toBeNull()
    }
  })
})

describe('every response', () => {
  test('says who may keep it', async () => {
    const cached = async (path: string) => (await get(path)).headers.get('Cache-Control')
    for (const path of [chat.messages, '/health', '/limits', '/nothing', '/applications/none'])
      expect(await cached(path), path).toBe('private, no-store')
    for (const path of [chat.path, `${chat.messages}/1`, `/applications/${chat.token}`])
      expect(await cached(path), path).toBe('private, no-cache')
  })
})

describe('a large response', () => {
  test('is packed for a client that accepts it, and the same unpacked', async () => {
    const ask = (encoding: string) =>
      sendRaw('GET', chat.messages, [
        ['Accept', '*/*'],
        ['Accept-Encoding', encoding],
      ])
    const [packed, plain] = [await ask('gzip'), await ask('identity')]
    expect(packed?.headers.get('Content-Encoding')).toBe('gzip')
    expect(plain?.headers.get('Content-Encoding')).toBeNull()
    expect(packed?.body).toEqual(plain?.body)
    expect(plain?.headers.get('Vary')).toBe('Accept-Encoding')
  })
})

describe('a slash at the end of a path', () => {
  const paths = [...new Set(routes.map(({ path }) => path))].filter((path) => path !== '/')
  test.each(paths)('is 404: %s', async (path) => {
    const slashed = `${real(path).replace(/\?.*/, '')}/`
    const taken = routes.filter((route) => route.path === path).flatMap(methodsTaken)
    for (const method of taken) {
      const answer = await sendRaw(method, slashed, [], Buffer.from('{"body":"x","name":"x"}'))
      expect(answer?.status, `${method} ${slashed}`).toBe(404)
    }
  })
})

test('a byte order mark before a body is not part of it', async () => {
  const body = Buffer.from('\ufeff{"body":"\ufeffx"}')
  const made = await sendRaw('POST', chat.messages, [], body)
  if (!made) throw new Error('cut off')
  expect(read(made, 201, shapes.message).body).toBe('\ufeffx')
})

test('a search between instants takes them as RFC 3339 writes them', async () => {
  const at = (from: string) =>
    get(`${chat.messages}/search?q=hello&from=${encodeURIComponent(from)}`)
  for (const from of ['2016-12-31t23:59:60z', '2020-01-01T00:00:00.123456789012+01:00'])
    expect(await at(from), from).toMatchObject({ status: 200, body: { page: { total: 1 } } })
  for (const from of ['2020-01-01 00:00:00Z', '2020-01-01T00:00:00+01'])
    expect(await at(from), from).toMatchObject({ status: 400 })
})
