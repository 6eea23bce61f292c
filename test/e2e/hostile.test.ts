import { request } from 'node:http'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../functions/api/routes.ts'
import { allOf, type Chat, newChat, say } from '../support/chats.ts'
import { get, post, read, send, shapes } from '../support/http.ts'
import { inParallel } from '../support/parallel.ts'

const base = process.env.CHAT_BASE_URL ?? ''

/** A request as it is, past fetch, which would put its path and headers right; the status, 0 if it was cut off. */
const raw = (method: string, path: string, headers: [string, string][], body?: Buffer): Promise<number> =>
  new Promise((resolve) => {
    const { host, hostname, port } = new URL(base)
    const all = [['Host', host], ...headers].flat()
    const sent = request({ hostname, port, method, path, headers: all }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', () => resolve(0))
    sent.end(body)
  })

let chat: Chat
beforeAll(async () => {
  chat = await newChat()
  await say(chat, 'the only one')
})
const pathsOf = (path: string) =>
  path.replace('{token}', chat.token).replace('{chat}', '1').replace('{message}', '1')

const refused = (status: number) => status >= 400 && status < 500

describe('hostile requests', () => {
  test('are sent as others are: what is right is answered 200', async () => {
    expect(await raw('GET', chat.path, [['If-None-Match', '"x"']])).toBe(200)
  })

  test('of 10 MB are 413, on every route that takes a body', async () => {
    const body = Buffer.from(JSON.stringify({ body: 'x'.repeat(10_000_000), name: 'x' }))
    const taking = routes.filter((route) => 'body' in route)
    for (const { method, path } of taking.filter(({ operation }) => operation !== 'create-application')) {
      const status = await raw(method, pathsOf(path), [['Content-Length', `${body.length}`]], body)
      expect(status, `${method} ${path}`).toBe(413)
    }
  })

  test('with more headers than a server takes, or larger ones, are refused or served, never 5xx', async () => {
    const bombs: [string, string][][] = [
      [['X-Large', 'x'.repeat(7_000)]],
      [['X-Large', 'x'.repeat(60_000)]],
      Array.from({ length: 500 }, (_, i): [string, string] => [`X-${i}`, 'x'.repeat(10)]),
      Array.from({ length: 3_000 }, (_, i): [string, string] => [`X-${i}`, 'x'.repeat(10)]),
      Array.from({ length: 300 }, (): [string, string] => ['Idempotency-Key', crypto.randomUUID()]),
      [['Authorization', `Bearer ${'x'.repeat(7_000)}`]],
      [['If-None-Match', '"x",'.repeat(1_500)]],
    ]
    for (const [i, headers] of bombs.entries()) {
      const status = await raw('GET', chat.path, headers)
      expect(status === 0 || status < 500, `bomb ${i}: ${status}`).toBe(true)
    }
  })

  test('with odd keys and conditions are 4xx and make nothing', async () => {
    for (const value of ['""', ' ', 'é', 'x'.repeat(256), `"${'x'.repeat(256)}"`])
      expect(
        refused(await raw('POST', chat.messages, [['Idempotency-Key', value]], Buffer.from('{"body":"x"}'))),
        value,
      ).toBe(true)
    for (const value of ['x', '"', '1-stored-0', '"1"', 'W/"1"'])
      expect(
        refused(await raw('PATCH', `${chat.messages}/1`, [['If-Match', value]], Buffer.from('{"body":"x"}'))),
        value,
      ).toBe(true)
  })

  test('with odd paths are 4xx', async () => {
    const { token } = chat
    const paths = [
      `/applications/${token}/chats/1/../1`,
      `/applications/${token}/chats/1/..%2f1`,
      `/applications/a%2fb`,
      `/applications/${token}%2f1`,
      `/applications//chats/1`,
      `/applications/${token}/chats/-0`,
      `/applications/${token}/chats/1e3`,
      `/applications/${token}/chats/9007199254740992`,
      `/applications/${token}/chats/1.0`,
      `/applications/${token}/chats/%31%00`,
      `/applications/${token}/chats/${'1'.repeat(5_000)}`,
      `/applications/__proto__`,
      `/applications/constructor/chats/1`,
      `/applications/%ff%fe`,
      `/applications/%`,
      '/docs/../../etc/passwd',
      '/%00',
    ]
    for (const path of paths) {
      const status = await raw('GET', path, [])
      expect(refused(status), `${path}: ${status}`).toBe(true)
    }
  })
})

/** Values at the edges of JSON, of the schemas and of JavaScript. */
const odd = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    'null',
    '-0',
    '1e999',
    '9007199254740993',
    '"\\u0000"',
    '"\\ud800"',
    '[]',
    '{}',
    '""',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  ),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
)
const name = fc.oneof(
  fc.constantFrom(
    'body',
    'sender',
    'metadata',
    'messages',
    'title',
    'name',
    '__proto__',
    'constructor',
    'toString',
    '',
  ),
  fc.string(),
)
const bodies = fc.oneof(
  fc
    .array(fc.tuple(name, odd), { maxLength: 4 })
    .map((fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
  odd,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
)
const queries = fc.dictionary(
  fc.oneof(
    fc.constantFrom('after', 'before', 'around', 'limit', 'order', 'q', 'from', 'to', 'mode', 'deep'),
    fc.string(),
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '-0',
      '1e3',
      '0',
      '-1',
      '9007199254740992',
      '0x1',
      'NaN',
      '\u0000',
      '%',
      '*',
      '"',
      '2026-13-45T99:99:99Z',
    ),
    fc.string({ unit: 'grapheme' }),
  ),
  { maxKeys: 3 },
)
const seed = Number(process.env.HOSTILE_SEED ?? 7)
const perRoute = 45

describe(`generated requests (seed ${seed})`, () => {
  const changing = routes.filter(
    ({ method, operation }) => method !== 'DELETE' && operation !== 'create-application',
  )
  test('to all routes, more than 1,000: none is answered 5xx', async () => {
    const cases = changing.flatMap((route, i) =>
      fc
        .sample(fc.record({ body: bodies, query: queries }), { numRuns: perRoute, seed: seed + i })
        .map((made) => ({ route, made })),
    )
    cases.push(...cases.slice(0, Math.max(0, 1_001 - cases.length)))
    const other = await newChat()
    await say(other, 'x')
    await inParallel(6, cases.length, async (i) => {
      const { route, made } = cases[i] ?? { route: undefined, made: undefined }
      if (!route || !made) return
      const path = pathsOf(route.path).replace(chat.token, other.token)
      const search = new URLSearchParams(made.query).toString()
      const sent = typeof made.body === 'string' ? made.body : Uint8Array.from(made.body)
      const url = `${path}${search && i % 2 === 0 ? `?${search}` : ''}`
      const response = await fetch(`${base}${url}`, {
        method: route.method,
        ...(route.method === 'GET' ? {} : { body: sent }),
      })
      await response.body?.cancel()
      expect(response.status, `${route.method} ${url} ${String(made.body).slice(0, 200)}`).toBeLessThan(500)
    })
  })
})

describe('after all that', () => {
  test('nothing was consumed and nothing stored', async () => {
    expect((await allOf(chat.messages, shapes.message)).map(({ body }) => body)).toEqual(['the only one'])
    expect((await say(chat, 'next')).number).toBe(2)
    expect(read(await get(chat.path), 200, shapes.chat)).toMatchObject({ title: null, metadata: null })
    expect((await send('OPTIONS', chat.path)).status).toBe(204)
    expect((await post(`/applications/${chat.token}/chats`)).status).toBe(201)
  })
})
