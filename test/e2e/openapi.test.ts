import { describe, expect, test } from 'vitest'
import { documentedRoutes as routes } from '../../bin/openapi/document.ts'
import { type Example, examples, parameters } from '../../bin/openapi/examples.ts'
import type { Route } from '../../functions/api/routes.ts'
import { type Chat, newChat, say } from '../support/chats.ts'
import { checkDocumented, headersKnown, responseOf } from '../support/documented.ts'
import { get, post, send } from '../support/http.ts'
import { until } from '../support/parallel.ts'
import { sendHostile } from '../support/raw.ts'

let token = ''

const pathOf = (route: Route) =>
  route.path.replace('{token}', token).replace('{chat}', '1').replace('{message}', '1')
const queryOf = ({ query = {} }: Example) => {
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return text.length > 0 ? `?${text.join('&')}` : ''
}

/**
 * What no example can know: tokens, times, whether a row has arrived, how many have, and which
 * engine searched.
 */
const blurred = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, inner) => {
      if (
        [
          ...['created_at', 'updated_at', 'status', 'engine', 'dependencies'],
          ...['chats_count', 'messages_count'],
        ].includes(name)
      )
        return name
      return inner === token || inner === parameters.token ? 'token' : inner
    }),
  )

// Deletes last, and what lies deeper before what holds it; all else in the order of the table.
const inOrder = [
  ...routes.filter(({ method }) => method !== 'DELETE'),
  ...routes.filter(({ method }) => method === 'DELETE').toReversed(),
]
const shownBy = ({ method, operation }: Route): [string, Example][] =>
  Object.entries(examples[`${method} ${operation}`] ?? {})

describe('the examples of the document', () => {
  test.each(
    inOrder.flatMap((route) =>
      (shownBy(route).length > 0 ? shownBy(route) : [['plain', {}] as [string, Example]])
        .filter(() => route.stage !== 'docs' || route.operation === 'show-limits')
        .map(([name, example]) => ({
          title: `${route.method} ${route.path}: ${name}`,
          route,
          example,
        })),
    ),
  )('are answered as they say: $title', async ({ route, example }) => {
    const json = example.request === undefined ? {} : { json: example.request }
    const answer = await send(route.method, `${pathOf(route)}${queryOf(example)}`, json)
    if (route.operation === 'create-application') token = Object(answer.body).token
    checkDocumented(route, answer)
    // On a stack that other tests use as well, the first application of a list is one of theirs.
    if (example.response !== undefined && route.operation !== 'list-applications')
      expect(blurred(answer.body)).toEqual(blurred(example.response))
  })
})

const at = (route: Route, { token, number }: Chat, message = 1) =>
  route.path
    .replace('{token}', token)
    .replace('{chat}', `${number}`)
    .replace('{message}', `${message}`)
const routeOf = (method: string, operation: Route['operation']): Route => {
  const route = routes.find((each) => each.method === method && each.operation === operation)
  if (!route) throw new Error(`no ${method} ${operation}`)
  return route
}

describe('the headers of the document', () => {
  test('each occur in some response', () => {
    expect(headersKnown.named).toHaveLength(headersKnown.components.length)
    expect(headersKnown.named).toEqual(
      expect.arrayContaining(['location', 'etag', 'link', 'idempotency-replayed', 'retry-after']),
    )
  })
})

describe('every problem that a client can make', () => {
  const etag = { 'If-Match': '"999-stored-0"' }
  test.each([
    ['POST', 'create-message', { raw: '{' }, 400],
    ['POST', 'create-message', { json: {} }, 422],
    ['POST', 'create-message', { json: { body: 'x', metadata: { a: 'x'.repeat(140_000) } } }, 413],
    ['PATCH', 'update-application', { json: { name: 'y' }, headers: etag }, 412],
    ['PUT', 'update-chat', { json: { title: 'y' }, headers: etag }, 412],
    ['PATCH', 'update-message', { json: { body: 'y' }, headers: etag }, 412],
    ['DELETE', 'delete-message', { headers: etag }, 412],
    ['PATCH', 'update-message', { json: { body: 'y' }, headers: { 'If-Match': 'y' } }, 400],
  ] as const)(
    'is one that the document names: %s %s %o is %i',
    async (method, operation, sent, status) => {
      const chat = await newChat()
      await say(chat, 'x')
      const route = routeOf(method, operation)
      const answer = await send(method, at(route, chat), sent)
      expect(answer.status).toBe(status)
      checkDocumented(route, answer)
    },
  )

  test('is one that the document names: an unknown parameter, on every route', async () => {
    const chat = await newChat()
    for (const route of routes) {
      const answer = await send(
        route.method,
        `${at(route, chat)}?none=1`,
        'body' in route ? { json: {} } : {},
      )
      expect(answer.status, route.operation).toBe(400)
      checkDocumented(route, answer)
    }
  })

  test('is one that the document names: what is not there, on every route below an application', async () => {
    const nowhere = { token: 'x'.repeat(32), number: 1, path: '', messages: '' }
    for (const route of routes.filter(({ path }) => path.includes('{token}'))) {
      const search = route.operation === 'search-messages' ? '?q=x' : ''
      const sent = 'body' in route ? { json: {} } : {}
      const answer = await send(route.method, `${at(route, nowhere)}${search}`, sent)
      expect(answer.status, route.operation).toBe(404)
      checkDocumented(route, answer)
    }
  })
})

describe('a create that is repeated by its key', () => {
  test('gets a response that the document describes, with another payload too', async () => {
    const chat = await newChat()
    const route = routeOf('POST', 'create-message')
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    for (const [operation, json] of [
      ['create-message', { body: 'x' }],
      ['create-messages', { messages: [{ body: 'x' }, { body: 'y' }] }],
    ] as const) {
      const key = { 'Idempotency-Key': crypto.randomUUID() }
      const route = routeOf('POST', operation)
      for (const replayed of [null, 'true']) {
        const answer = await post(at(route, chat), json, key)
        expect(answer.headers.get('Idempotency-Replayed')).toBe(replayed)
        checkDocumented(route, answer)
      }
    }
    await post(chat.messages, { body: 'x' }, headers)
    const other = await post(chat.messages, { body: 'y' }, headers)
    expect(other.status).toBe(422)
    checkDocumented(route, other)
  })
})

describe('what has not changed', () => {
  const shows = routes.filter((route) => responseOf(route, 304))
  test.each(shows)('is 304 as the document says: $path', async (route) => {
    const chat = await newChat()
    await say(chat, 'x')
    const answer = await send('GET', at(route, chat), { headers: { 'If-None-Match': '*' } })
    expect(answer.status).toBe(304)
    checkDocumented(route, answer)
  })
})

describe('a file of the documentation', () => {
  test.each(routes.filter(({ stage }) => stage === 'docs'))(
    'is served as it describes itself: $path',
    async (route) => {
      const answer = await sendHostile('GET', route.path)
      expect(answer.status).toBe(200)
      checkDocumented(route, answer)
    },
  )
})

describe('a representation', () => {
  test('has no field that the document does not name, on its way and stored', async () => {
    const chat = await newChat()
    await say(chat, 'x')
    const route = routeOf('GET', 'show-message')
    checkDocumented(route, await get(`${chat.messages}/1`))
    const stored = await until(
      'the message is stored',
      60,
      () => get(`${chat.messages}/1`),
      ({ body }) => Object(body).status === 'stored',
    )
    checkDocumented(route, stored)
  })
})
