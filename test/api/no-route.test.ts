import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handler, noRoute } from '../../functions/api/no-route.ts'
import { routes } from '../../functions/api/routes.ts'
import { context, eventOf } from '../support/event.ts'

const message = '/applications/t0k3n/chats/1/messages/2'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => vi.restoreAllMocks())

describe('a path that no route takes', () => {
  test.each([
    '',
    '/nothing',
    '/applications/',
    '/applications//chats',
    '/applications/t/chats/1/messages/',
    '/applications/t/chats/1/messages/2/3',
    '/applications/t/chats/1/messages/search/x',
    '//applications',
    '/Applications',
  ])('is 404 for every method: %s', (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
      expect(() => noRoute(method, path), method).toThrow(expect.objectContaining({ status: 404 }))
    }
  })
  test('is 404, not 405, if it only looks like a route that has the method', () => {
    expect(() => noRoute('GET', '/applications/a%2fb')).toThrow(
      expect.objectContaining({ status: 404 }),
    )
  })
})

describe('a known path with another method', () => {
  test.each([
    ['/applications', 'POST, GET, HEAD, OPTIONS'],
    ['/applications/t', 'GET, HEAD, PATCH, PUT, DELETE, OPTIONS'],
    ['/applications/t/chats', 'POST, GET, HEAD, OPTIONS'],
    ['/applications/t/chats/1', 'GET, HEAD, PATCH, PUT, DELETE, OPTIONS'],
    ['/applications/t/chats/1/messages', 'POST, GET, HEAD, OPTIONS'],
    ['/applications/t/chats/1/messages/search', 'GET, HEAD, OPTIONS'],
    [message, 'GET, HEAD, PATCH, PUT, DELETE, OPTIONS'],
    ['/health', 'GET, HEAD, OPTIONS'],
  ])('is 405 and says which it takes: %s', (path, allow) => {
    for (const method of ['TRACE', 'PROPFIND']) {
      const headers = { Allow: allow }
      expect(() => noRoute(method, path)).toThrow(expect.objectContaining({ status: 405, headers }))
    }
  })
  test('gets all methods of the route table in Allow', () => {
    for (const route of routes) {
      const path = route.path.replaceAll(/\{[a-z]+\}/g, '7')
      const { headers } = noRoute('OPTIONS', path)
      expect(headers?.Allow?.split(', ')).toContain(route.method)
    }
  })
})

describe('a preflight', () => {
  test('is 204 without a body and allows what the API uses', () => {
    const { status, headers, body } = noRoute('OPTIONS', message)
    expect({ status, body }).toEqual({ status: 204, body: undefined })
    expect(headers).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': expect.stringContaining('PATCH'),
      // Tracing adds headers to every call of a page; `*` does not stand for Authorization.
      'Access-Control-Allow-Headers': expect.stringMatching(/^\*, Authorization,.*Idempotency-Key/),
      'Access-Control-Max-Age': expect.stringMatching(/^[0-9]+$/),
    })
    expect(headers).not.toHaveProperty('Access-Control-Allow-Credentials')
  })
})

describe('the handler', () => {
  test('returns problems with CORS headers, and logs no path, for the token is in it', async () => {
    const answer = await handler(
      eventOf({ method: 'POST', path: '/applications/t0k3n', requestId: 'r-5' }),
      context,
    )
    expect(answer).toMatchObject({
      statusCode: 405,
      headers: {
        Allow: 'GET, HEAD, PATCH, PUT, DELETE, OPTIONS',
        'Content-Type': 'application/problem+json',
        'Access-Control-Allow-Origin': '*',
      },
    })
    expect(JSON.parse(answer.body)).toMatchObject({ status: 405, request_id: 'r-5' })
    const logged = vi.mocked(console.log).mock.calls.flat().join('\n')
    expect(logged).toContain('"status":405')
    expect(logged).not.toContain('t0k3n')
  })
  test('knows the routes behind a domain whose mapping the gateway leaves in the path', async () => {
    for (const { method, path } of routes) {
      const at = { resource: path, path: `/chat${path.replaceAll(/\{[a-z]+\}/g, '7')}` }
      const preflight = await handler(eventOf({ ...at, method: 'OPTIONS' }), context)
      expect(preflight.statusCode, path).toBe(204)
      expect(preflight.headers?.Allow, path).toContain(method)
      expect((await handler(eventOf({ ...at, method: 'TRACE' }), context)).statusCode, path).toBe(
        405,
      )
    }
  })
  test('takes no path with a slash at its end, also where the gateway has matched its route', async () => {
    const at = { resource: '/applications', path: '/applications/' }
    for (const method of ['PUT', 'OPTIONS', 'GET'])
      expect((await handler(eventOf({ ...at, method }), context)).statusCode).toBe(404)
  })
  test('decides by the path where the gateway has matched no route', async () => {
    const at = { resource: '/{proxy+}', path: '/applications' }
    expect(await handler(eventOf({ ...at, method: 'PUT' }), context)).toMatchObject({
      statusCode: 405,
    })
    const other = { resource: '/{proxy+}', path: '/nothing' }
    expect(await handler(eventOf({ ...other, method: 'PUT' }), context)).toMatchObject({
      statusCode: 404,
    })
  })
  test('responds to a preflight with an empty body and no content type', async () => {
    const answer = await handler(eventOf({ method: 'OPTIONS', path: '/applications' }), context)
    expect(answer).toMatchObject({ statusCode: 204, body: '' })
    expect(answer.headers).not.toHaveProperty('Content-Type')
  })
})
