import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  applicationEndpoint,
  type RequestContext,
} from '../../functions/api/application-endpoint.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import type { RateDecision } from '../../functions/api/token-bucket.ts'
import { allowedTable } from '../../functions/clients/allowed-table.ts'
import { ids } from '../../functions/clients/clock.ts'
import type { Rate } from '../../functions/limits/limits.ts'
import { badRequest } from '../../functions/problems/problem.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import type { Table } from '../../functions/protocol/ports/table.ts'
import { context, eventOf } from '../support/event.ts'

const taken: RateDecision = { allowed: true, remaining: 3, fullIn: 2, retryAfter: 0 }
const empty: RateDecision = { allowed: false, remaining: 0, fullIn: 3, retryAfter: 1 }
const secret = ids.text(32)
const failed = vi.fn()
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.stubEnv('RATE_PER_SECOND', '2')
  vi.stubEnv('RATE_BURST', '5')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  failed.mockReset()
})

type Take = (app: string, rate: Rate, cost: number) => Promise<RateDecision>
type Run = (call: unknown, request: RequestContext) => Promise<HttpResponse>
const fine: Run = async () => ({ status: 200, body: {} })

const ask = (take: Take, run = fine, token = secret, refusal?: RateDecision) =>
  applicationEndpoint('show-application', run, () => ({ take, refusal: () => refusal, failed }))(
    eventOf({ method: 'GET', pathParameters: token === '' ? {} : { token } }),
    context,
  )

describe('an application that is limited', () => {
  test('gets its policy and what is left on every response', async () => {
    const headers = {
      'RateLimit-Policy': '"application";q=5;w=3',
      RateLimit: '"application";r=3;t=2',
    }
    expect(await ask(async () => taken)).toMatchObject({ statusCode: 200, headers })
    const refused = ask(
      async () => taken,
      async () => {
        throw badRequest([{ detail: 'is odd' }])
      },
    )
    expect(await refused).toMatchObject({ statusCode: 400, headers })
    const broken = ask(
      async () => taken,
      async () => {
        throw new Error('broken')
      },
    )
    expect(await broken).toMatchObject({ statusCode: 500, headers })
  })
  test('is refused with 429, Retry-After and a problem when nothing is left', async () => {
    const answer = await ask(async () => empty)
    expect(answer).toMatchObject({
      statusCode: 429,
      headers: {
        'Retry-After': '1',
        RateLimit: '"application";r=0;t=3',
        'Content-Type': 'application/problem+json',
        'Access-Control-Allow-Origin': '*',
      },
    })
    expect(JSON.parse(answer.body)).toMatchObject({
      type: '/docs/problems#too-many-requests',
      status: 429,
    })
  })
  test('is refused before anything is parsed where this instance has seen the bucket empty', async () => {
    const [take, run] = [vi.fn(async () => taken), vi.fn(fine)]
    const answer = await ask(take, run, secret, empty)
    expect(answer).toMatchObject({
      statusCode: 429,
      headers: { RateLimit: '"application";r=0;t=3' },
    })
    expect(take).not.toHaveBeenCalled()
    expect(run).not.toHaveBeenCalled()
  })
  test('gets 429 before any other refusal, by the operation or of what it sent', async () => {
    const refused = await ask(
      async () => empty,
      async () => {
        throw badRequest([{ detail: 'is odd' }])
      },
    )
    expect(refused.statusCode).toBe(429)
    const malformed = applicationEndpoint(
      'create-chat',
      async () => ({ status: 201 }),
      () => ({ take: async () => empty, refusal: () => undefined, failed }),
    )
    const event = eventOf({ method: 'POST', pathParameters: { token: secret }, body: '{' })
    expect((await malformed(event, context)).statusCode).toBe(429)
  })
  test('is known by its internal key, not by its token', async () => {
    const take = vi.fn(async () => taken)
    await ask(take)
    expect(take).toHaveBeenCalledWith(appKey(secret), { perSecond: 2, burst: 5 }, 1)
  })
  test('is served when its bucket cannot be read, and that is counted', async () => {
    const answer = await ask(async () => {
      throw new Error('the table is away')
    })
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'RateLimit-Policy': '"application";q=5;w=3' },
    })
    expect(answer.headers).not.toHaveProperty('RateLimit')
    expect(failed).toHaveBeenCalledTimes(1)
  })
})

describe('a bucket that is flooded', () => {
  const throttled: Take = async () => {
    throw Object.assign(new Error('too many writes'), { name: 'ThrottlingException' })
  }
  test('refuses, where the rate is below what one item takes', async () => {
    expect(await ask(throttled)).toMatchObject({ statusCode: 429, headers: { 'Retry-After': '1' } })
    expect(failed).not.toHaveBeenCalled()
  })
  test('is one that cannot be asked, where the rate is above', async () => {
    vi.stubEnv('RATE_PER_SECOND', '1000')
    expect((await ask(throttled)).statusCode).toBe(200)
    expect(failed).toHaveBeenCalledTimes(1)
  })
})

describe('the time that it takes', () => {
  /** A table that notes what is asked of it, and a limiter that answers when it is let. */
  function slow() {
    const asked: string[] = []
    const note = <T>(name: string, result: T): T => {
      asked.push(name)
      return result
    }
    const done = { done: true, item: undefined } as const
    const table: Table = {
      get: async () => note('get', undefined),
      batchGet: async () => note('batchGet', []),
      query: async () => note('query', { items: [], next: undefined }),
      put: async () => note('put', done),
      update: async () => note('update', done),
      delete: async () => note('delete', done),
      transact: async () => note('transact', true),
    }
    const answer = Promise.withResolvers<RateDecision>()
    const run: Run = async (_call, { allowed }) => {
      const held = allowedTable(table, allowed)
      await held.batchGet([])
      await held.put({ Item: {} })
      return { status: 200 }
    }
    return { asked, answer, response: ask(() => answer.promise, run) }
  }
  test('is none: the first read is sent beside it, and nothing is written before it', async () => {
    const { asked, answer, response } = slow()
    await vi.waitFor(() => expect(asked).toEqual(['batchGet']))
    answer.resolve(taken)
    expect((await response).statusCode).toBe(200)
    expect(asked).toEqual(['batchGet', 'put'])
  })
  test('is none for a refusal, which writes nothing', async () => {
    const { asked, answer, response } = slow()
    await vi.waitFor(() => expect(asked).toEqual(['batchGet']))
    answer.resolve(empty)
    expect((await response).statusCode).toBe(429)
    expect(asked).toEqual(['batchGet'])
  })
})

describe('nothing is limited', () => {
  test('where no rate is set', async () => {
    vi.stubEnv('RATE_PER_SECOND', '')
    const take = vi.fn(async () => taken)
    const answer = await ask(take)
    expect(answer.headers).not.toHaveProperty('RateLimit-Policy')
    expect(take).not.toHaveBeenCalled()
  })
  test('on routes without a token', async () => {
    const take = vi.fn(async () => taken)
    expect((await ask(take, undefined, '')).statusCode).toBe(200)
    expect(take).not.toHaveBeenCalled()
  })
  test.each([
    'x',
    'a'.repeat(31),
    'a'.repeat(33),
    `${'a'.repeat(31)}=`,
    `${'a'.repeat(31)}é`,
    '../'.repeat(10),
  ])('on what no token looks like, which leaves no bucket behind: %s', async (token) => {
    const take = vi.fn(async () => taken)
    expect((await ask(take, undefined, token)).statusCode).toBe(200)
    expect(take).not.toHaveBeenCalled()
  })
})
