import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { endpoint } from '../../functions/api/endpoint.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import { rateLimit } from '../../functions/api/rate-limit.ts'
import type { RateDecision } from '../../functions/api/token-bucket.ts'
import { ids } from '../../functions/clients/clock.ts'
import { badRequest } from '../../functions/problems/problem.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { context, eventOf } from '../support/event.ts'

const taken: RateDecision = { allowed: true, remaining: 3, fullIn: 2, retryAfter: 0 }
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

const ask = (
  take: (app: string) => Promise<RateDecision>,
  run: () => Promise<HttpResponse> = async () => ({ status: 200, body: {} }),
  token = secret,
) =>
  endpoint('show-application', run, [rateLimit(() => ({ take, failed }))])(
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
  test('is refused with 429, Retry-After and a problem when nothing is left, and nothing runs', async () => {
    const run = vi.fn(async () => ({ status: 200 }))
    const answer = await ask(
      async () => ({ allowed: false, remaining: 0, fullIn: 3, retryAfter: 1 }),
      run,
    )
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
    expect(run).not.toHaveBeenCalled()
  })
  test('is known by its internal key, not by its token', async () => {
    const take = vi.fn(async () => taken)
    await ask(take)
    expect(take).toHaveBeenCalledWith(appKey(secret), { perSecond: 2, burst: 5 })
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
