import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { applicationEndpoint } from '../../functions/api/application-endpoint.ts'
import type { Call } from '../../functions/api/call.ts'
import { notFound } from '../../functions/problems/problem.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { context, eventOf, type Request } from '../support/event.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const logged = () => vi.mocked(console.log).mock.calls.flat().join('\n')
const pathParameters = { token: 't0k3n', chat: '3' }

/** An endpoint of create-message whose operation is `run`. */
const post = (
  request: Request,
  run: (call: Call<'create-message'>) => Promise<{ status: number; body?: unknown }>,
) =>
  applicationEndpoint('create-message', run)(
    eventOf({ method: 'POST', pathParameters, ...request }),
    context,
  )
const taken = async (call: Call<'create-message'>) => ({ status: 201, body: call.body() })

describe('an endpoint', () => {
  test('hands a parsed call to the operation and its response to the gateway', async () => {
    let seen: unknown
    const answer = await post(
      { body: '{"body":"hi"}', headers: { 'Idempotency-KEY': 'k' } },
      async (call) => {
        const { body, ...rest } = call
        seen = { ...rest, body: body() }
        return { status: 201, body: { number: 1 } }
      },
    )
    expect(seen).toEqual({
      method: 'POST',
      path: { token: 't0k3n', chat: 3, message: 0 },
      query: {},
      body: { body: 'hi' },
      headers: { 'idempotency-key': 'k' },
      requestId: 'request-1',
      cost: 1,
    })
    expect(answer).toMatchObject({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' },
      body: '{"number":1}',
    })
  })
  test('parses JSON whatever the content type', async () => {
    const answer = await post(
      { body: '{"body":"hi"}', headers: { 'Content-Type': 'text/plain' } },
      taken,
    )
    expect(answer).toMatchObject({ statusCode: 201, body: '{"body":"hi"}' })
  })
  test('reports what a client did wrong as problem+json with CORS headers', async () => {
    const answer = await post({ body: '{}', requestId: 'r-7' }, taken)
    expect(answer).toMatchObject({
      statusCode: 422,
      headers: { 'Content-Type': 'application/problem+json', 'Access-Control-Allow-Origin': '*' },
    })
    expect(JSON.parse(answer.body)).toMatchObject({
      request_id: 'r-7',
      errors: [{ pointer: '/body' }],
    })
  })
  test('reveals nothing of an internal error, and logs it with its causes', async () => {
    const answer = await post({ body: '{"body":"a secret"}' }, async () => {
      throw new Error('outer', { cause: new Error('inner at db.internal') })
    })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toMatch(/outer|inner|db\.internal|stack/)
    expect(logged()).toMatch(/outer/)
    expect(logged()).toMatch(/inner at db\.internal/)
  })
  test('is 503 with Retry-After while a dependency is away', async () => {
    const answer = await post({ body: '{"body":"x"}' }, async () => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    })
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '2' } })
  })
  test('logs one line a request, without path, body or headers', async () => {
    await post(
      {
        body: '{"body":"a secret"}',
        path: '/applications/t0k3n',
        headers: { Authorization: 'x-key' },
      },
      taken,
    )
    expect(vi.mocked(console.log).mock.calls).toHaveLength(1)
    expect(logged()).toContain('"operation":"create-message"')
    expect(logged()).not.toMatch(/t0k3n|a secret|x-key/)
  })
  test('logs whose request it was by the internal key, and where it came from', async () => {
    const token = 'T0ken-'.repeat(6).slice(0, 32)
    await post({ body: '{"body":"x"}', pathParameters: { token, chat: '3' } }, taken)
    expect(JSON.parse(logged())).toMatchObject({ app: appKey(token), source: '127.0.0.1' })
    expect(logged()).not.toContain(token)
  })
  test('names no application for what cannot be a token', async () => {
    await post({ body: '{"body":"x"}' }, taken)
    expect(JSON.parse(logged())).not.toHaveProperty('app')
  })
  test.each(['GET', 'PUT', 'DELETE'])(
    'is 405 with Allow for a method that is not its own: %s',
    async (method) => {
      const answer = await post({ method, body: '{"body":"x"}' }, taken)
      expect(answer).toMatchObject({ statusCode: 405, headers: { Allow: 'POST' } })
    },
  )
})

describe('the order of refusals', () => {
  const missing = async (call: Call<'create-message'>) => {
    if (call.path.token !== 'here') throw notFound('application')
    return taken(call)
  }
  const large = JSON.stringify({ body: 'x'.repeat(200_000), other: 1 })
  test.each([
    ['malformed JSON before an unknown token', 400, { body: '{' }],
    ['no body before an unknown token', 400, {}],
    ['an empty body before an unknown token', 400, { body: '' }],
    [
      'a path before an unknown token',
      400,
      { body: '{}', pathParameters: { token: 'x', chat: 'x' } },
    ],
    ['a query before an unknown token', 400, { body: '{}', query: { a: ['1'] } }],
    ['an unknown token before a payload too large', 404, { body: large }],
    ['an unknown token before an invalid field', 404, { body: '{}' }],
    [
      'a payload too large before an invalid field',
      413,
      { body: large, pathParameters: { token: 'here', chat: '1' } },
    ],
  ])('is %s: %i', async (_, status, request) => {
    expect((await post(request, missing)).statusCode).toBe(status)
  })
})

describe('a chat', () => {
  const chat = (request: Request) =>
    applicationEndpoint('create-chat', async (call) => ({ status: 201, body: call.body() }))(
      eventOf({ method: 'POST', pathParameters: { token: 't' }, ...request }),
      context,
    )
  test('may be created without a body, for which clients of Java and Go send null', async () => {
    expect(await chat({})).toMatchObject({ statusCode: 201, body: '{}' })
    for (const body of ['', 'null'])
      expect(await chat({ body })).toMatchObject({ statusCode: 201, body: '{}' })
  })
  test.each(['[]', '"title"'])('is not created from what is no object: %s', async (body) => {
    expect((await chat({ body })).statusCode).toBe(422)
  })
})

describe("the operator's routes", () => {
  const create = (headers: Record<string, string>, body = '{"name":"x"}') =>
    applicationEndpoint('create-application', async (call) => ({ status: 201, body: call.body() }))(
      eventOf({ method: 'POST', headers, body }),
      context,
    )
  test('need the key before the response says anything about the request', async () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', createHash('sha256').update('key').digest('hex'))
    expect(await create({}, '{')).toMatchObject({
      statusCode: 401,
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
    expect((await create({ authorization: 'Bearer key' })).statusCode).toBe(201)
  })
  test('are open where no key is set', async () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', '')
    expect((await create({})).statusCode).toBe(201)
  })
})
