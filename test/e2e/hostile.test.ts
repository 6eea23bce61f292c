import { beforeAll, describe, expect, test } from 'vitest'
import { type Route, routes } from '../../functions/api/routes.ts'
import { allOf, type Chat, newApplication, newChat, say } from '../support/chats.ts'
import { hostileRequests, targetOf } from '../support/hostile.ts'
import { type Answer, get, post, read, send, shapes } from '../support/http.ts'
import { inParallel } from '../support/parallel.ts'
import { type RawHeader, sendHostile, sendRaw } from '../support/raw.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

let chat: Chat
beforeAll(async () => {
  chat = await newChat()
  await say(chat, 'the only one')
})
const placeIn = ({ token }: Chat) => ({ token, chat: '1', message: '1' })

const isRefused = (status: number) => status >= 400 && status < 500

describe('hostile requests', () => {
  test('are sent like any other: one that is right gets 200', async () => {
    expect((await sendHostile('GET', chat.path, [['If-None-Match', '"x"']])).status).toBe(200)
  })

  test('of 10 MB are 413 on every route that takes a body, and create nothing', async () => {
    const body = json({ body: 'x'.repeat(10_000_000), name: 'x' })
    const first = await newApplication()
    for (const route of routes.filter((each) => 'body' in each)) {
      const path = targetOf(route, {}, placeIn(chat))
      const { status } = await sendHostile(route.method, path, [], body)
      expect(status, `${route.method} ${route.path}`).toBe(413)
    }
    const last = await newApplication()
    const listed = (await allOf('/applications', shapes.application)).map(({ token }) => token)
    expect(listed.slice(listed.indexOf(first))).toEqual([first, last])
  })

  test('with large headers are served like any other', async () => {
    const bombs: RawHeader[][] = [
      [['X-Large', 'x'.repeat(7_000)]],
      Array.from({ length: 400 }, (_, i): RawHeader => [`X-${i}`, 'x'.repeat(10)]),
      Array.from({ length: 100 }, (): RawHeader => ['Idempotency-Key', crypto.randomUUID()]),
      [['Authorization', `Bearer ${'x'.repeat(7_000)}`]],
      [['If-None-Match', '"x",'.repeat(1_500)]],
    ]
    for (const [i, headers] of bombs.entries())
      expect((await sendHostile('GET', chat.path, headers)).status, `bomb ${i}`).toBe(200)
  })

  test('with more headers than a server takes, or larger ones, are refused', async () => {
    const bombs: RawHeader[][] = [
      [['X-Large', 'x'.repeat(60_000)]],
      [['If-None-Match', '"x",'.repeat(15_000)]],
      Array.from({ length: 3_000 }, (_, i): RawHeader => [`X-${i}`, 'x'.repeat(10)]),
      Array.from({ length: 1_000 }, (): RawHeader => ['Idempotency-Key', crypto.randomUUID()]),
    ]
    // The server's parser (16 KB here, 10 KB on AWS) ends these requests. Its 431 may be lost: it
    // stops reading while the client still writes, who then sees a connection that is cut.
    for (const [i, headers] of bombs.entries()) {
      const answer = await sendRaw('GET', chat.path, headers)
      expect(answer === undefined || isRefused(answer.status), `bomb ${i}: ${answer?.status}`).toBe(
        true,
      )
    }
  })

  test('with odd keys and conditions are 4xx and create nothing', async () => {
    const body = json({ body: 'x' })
    for (const value of ['""', ' ', 'é', 'x'.repeat(256), `"${'x'.repeat(256)}"`]) {
      const { status } = await sendHostile(
        'POST',
        chat.messages,
        [['Idempotency-Key', value]],
        body,
      )
      expect(isRefused(status), value).toBe(true)
    }
    for (const value of ['x', '"', '1-stored-0', '"1"', 'W/"1"']) {
      const { status } = await sendHostile(
        'PATCH',
        `${chat.messages}/1`,
        [['If-Match', value]],
        body,
      )
      expect(isRefused(status), value).toBe(true)
    }
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
      const { status } = await sendHostile('GET', path)
      expect(isRefused(status), `${path}: ${status}`).toBe(true)
    }
  })
})

const seed = Number(process.env.HOSTILE_SEED ?? 7)
const perRoute = 40
/**
 * How many things the deletes of one route go to, in turn: the first to reach one deletes it, later
 * ones meet its tombstone.
 */
const doomedPerRoute = 6

describe(`generated requests (seed ${seed})`, () => {
  const cases = routes.flatMap((route, i) =>
    hostileRequests(route, perRoute, seed + i).map((made, n) => ({ route, made, n })),
  )
  const answers = new Map<Route, Answer[]>(routes.map((route) => [route, []]))
  let living: Chat

  // No two requests are equal: hostileRequests makes them differ within a route, and routes differ
  // by method or path.
  test('are more than 1,000, on all routes: each response is right, or a problem, and none is 5xx', async () => {
    expect(cases.length).toBeGreaterThan(1_000)
    living = await newChat()
    await say(living, 'x')
    const doomed = new Map<Route, Chat[]>()
    for (const route of routes.filter(({ method }) => method === 'DELETE')) {
      const chats = await inParallel(doomedPerRoute, doomedPerRoute, () => newChat())
      await Promise.all(chats.map((each) => say(each, 'x')))
      doomed.set(route, chats)
    }
    await inParallel(6, cases.length, async (i) => {
      const found = cases[i]
      if (!found) return
      const { route, made, n } = found
      const place = doomed.get(route)?.[n % doomedPerRoute] ?? living
      const path = targetOf(route, made, placeIn(place))
      answers.get(route)?.push(await sendHostile(route.method, path, made.headers, made.body))
    })
  })

  test('reach every status of the API, not only those of the first checks', () => {
    const statuses = new Set([...answers.values()].flat().map(({ status }) => status))
    for (const status of [200, 201, 204, 304, 400, 404, 412, 422])
      expect(statuses).toContain(status)
  })

  test('have taken no number without a 201', async () => {
    for (const [operations, path, shape] of [
      [['create-message', 'create-messages'], living.messages, shapes.message],
      [['create-chat'], `/applications/${living.token}/chats`, shapes.chat],
    ] as const) {
      const made = [...answers]
        .filter(([route]) => operations.some((each) => each === route.operation))
        .flatMap(([, all]) => all)
      const numbers = made.flatMap(({ status, body }) => (status === 201 ? numbersIn(body) : []))
      const listed = (await allOf<typeof shape>(path, shape)).map(({ number }) => number)
      expect(new Set(listed), path).toEqual(new Set([1, ...numbers]))
      expect(listed, path).toEqual(listed.map((_, i) => i + 1))
    }
  })
})

/** The numbers in the body of a 201, of one thing or of a batch. */
const numbersIn = (body: unknown): number[] =>
  [Object(body).data ?? body].flat().map(({ number }) => number)

describe('after all hostile requests', () => {
  test('no number was consumed and nothing was stored', async () => {
    const path = `/applications/${chat.token}`
    expect((await allOf(chat.messages, shapes.message)).map(({ body }) => body)).toEqual([
      'the only one',
    ])
    expect((await say(chat, 'next')).number).toBe(2)
    expect(read(await get(chat.path), 200, shapes.chat)).toMatchObject({
      title: null,
      metadata: null,
    })
    expect(read(await get(path), 200, shapes.application).name).toBe('Test')
    expect((await send('OPTIONS', chat.path)).status).toBe(204)
    expect(read(await post(`${path}/chats`), 201, shapes.chat).number).toBe(2)
  })
})
