import { beforeAll, describe, expect, test } from 'vitest'
import { methodsTaken, routes } from '../../functions/api/routes.ts'
import { type Chat, newChat, say } from '../support/chats.ts'
import { get, send } from '../support/http.ts'

let chat: Chat
beforeAll(async () => {
  chat = await newChat()
  await say(chat, 'x')
})

const authorization = { Authorization: 'Bearer whatever' }
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const paths = [...new Set(routes.map((route) => route.path))]
const real = (path: string) =>
  path
    .replace('{token}', chat.token)
    .replace('{chat}', String(chat.number))
    .replace('{message}', '1')
const methodsOf = (path: string): string[] =>
  routes.filter((route) => route.path === path).flatMap(methodsTaken)

describe.each(paths)('%s', (path) => {
  test('is 405 with Allow for every other method, also with an Authorization header', async () => {
    for (const method of methods.filter((each) => !methodsOf(path).includes(each))) {
      for (const headers of [{}, authorization]) {
        const answer = await send(method, real(path), {
          headers,
          ...(method === 'GET' ? {} : { json: {} }),
        })
        expect(answer.status, method).toBe(405)
        expect(answer.headers.get('Allow')?.split(', ').toSorted()).toEqual(
          [...methodsOf(path), 'OPTIONS'].toSorted(),
        )
      }
    }
  })
  test('responds to the preflight of a browser', async () => {
    const headers = { Origin: 'https://example.com', 'Access-Control-Request-Method': 'PATCH' }
    const { status, headers: answered } = await send('OPTIONS', real(path), { headers })
    expect(status).toBe(204)
    for (const method of methodsOf(path)) {
      expect(answered.get('Access-Control-Allow-Methods')?.split(', ')).toContain(method)
    }
    const allowed = answered.get('Access-Control-Allow-Headers')?.toLowerCase().split(', ')
    for (const name of ['content-type', 'authorization', 'idempotency-key'])
      expect(allowed).toContain(name)
    expect(answered.get('Access-Control-Allow-Credentials')).toBeNull()
  })
})

describe('an unknown path', () => {
  test.each([
    '/nothing',
    '/applications/x/messages',
    '/applications/x/chats/1/messages/1/2',
    '/applications/x/chats/1/messages/search/2',
    '/v1/applications',
    '/%2e%2e/x',
    '/applications/a%2fb',
  ])('is 404 for every method, also with an Authorization header: %s', async (path) => {
    for (const method of methods) {
      for (const headers of [{}, authorization])
        expect((await send(method, path, { headers })).status).toBe(404)
    }
  })
})

describe('a browser', () => {
  test('may read the headers that the API uses, on success and error alike', async () => {
    for (const path of [real(chat.path), '/applications/none', '/nothing']) {
      const exposed = (await get(path)).headers.get('Access-Control-Expose-Headers')?.split(', ')
      for (const name of ['Location', 'Link', 'Retry-After', 'Idempotency-Replayed'])
        expect(exposed).toContain(name)
    }
  })
})

describe('health', () => {
  test('is 200 while creates can be accepted', async () => {
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
  test('says the state of each dependency when asked for', async () => {
    const opensearch = process.env.OPENSEARCH_URL ? 'up' : 'absent'
    const dependencies = { dynamodb: 'up', sqs: 'up', mysql: 'up', opensearch }
    expect((await get('/health?deep=1')).body).toEqual({ status: 'ok', dependencies })
  })
  test('refuses any other query', async () => {
    for (const query of ['?deep=2', '?deep', '?deep=1&deep=1', '?x=1']) {
      expect((await get(`/health${query}`)).status, query).toBe(400)
    }
  })
})
