import { beforeEach, describe, expect, test, vi } from 'vitest'
import { applicationEndpoint } from '../../functions/api/application-endpoint.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import { ids } from '../../functions/clients/clock.ts'
import { context, eventOf } from '../support/event.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.stubEnv('RATE_PER_SECOND', '2')
  return () => vi.unstubAllEnvs()
})

/** Of a function that Lambda would kill in so many milliseconds. */
const killedIn = (ms: number) => {
  const end = Date.now() + ms
  return { ...context, getRemainingTimeInMillis: () => end - Date.now() }
}
const taken = { allowed: true, remaining: 3, fullIn: 2, retryAfter: 0 }
const limiter = () => ({
  take: async () => taken,
  refusal: () => undefined,
  failed: () => undefined,
})
const ask = (run: (call: unknown, signal: AbortSignal) => Promise<HttpResponse>, ms: number) =>
  applicationEndpoint(
    'show-chat',
    (call, { signal }) => run(call, signal),
    limiter,
  )(
    eventOf({
      method: 'GET',
      pathParameters: { token: ids.text(32), chat: '1' },
      requestId: 'r-9',
    }),
    killedIn(ms),
  )
const logged = () => vi.mocked(console.log).mock.calls.map(([line]) => JSON.parse(String(line)))

describe('an operation that hangs', () => {
  const hanging = () => new Promise<never>(() => undefined)

  test('is answered before Lambda kills it: 504, with the headers of every response', async () => {
    const started = Date.now()
    const answer = await ask(hanging, 1_100)
    expect(Date.now() - started).toBeLessThan(1_000)
    expect(answer).toMatchObject({
      statusCode: 504,
      headers: {
        'Content-Type': 'application/problem+json',
        'Retry-After': '1',
        'Access-Control-Allow-Origin': '*',
        'X-Content-Type-Options': 'nosniff',
        RateLimit: '"application";r=3;t=2',
      },
    })
    expect(JSON.parse(answer.body)).toMatchObject({
      type: '/docs/problems#timeout',
      status: 504,
      request_id: 'r-9',
    })
  })

  test('is logged as any request, with the time that it took', async () => {
    await ask(hanging, 1_100)
    expect(logged()).toEqual([
      expect.objectContaining({ event: 'request', operation: 'show-chat', status: 504 }),
    ])
    expect(logged()[0].ms).toBeGreaterThanOrEqual(90)
  })

  test('learns of it by its signal, before the response is made', async () => {
    const seen: boolean[] = []
    await ask(async (_, signal) => {
      signal.addEventListener('abort', () => seen.push(signal.aborted))
      return hanging()
    }, 1_050)
    expect(seen).toEqual([true])
  })

  test('may fail later: nobody is told, and nothing breaks', async () => {
    const late = Promise.withResolvers<HttpResponse>()
    expect(await ask(() => late.promise, 1_000)).toMatchObject({ statusCode: 504 })
    late.reject(new Error('too late'))
    await expect(late.promise).rejects.toThrow('too late')
    expect(logged()).toHaveLength(1)
  })
})

test('an operation that ends in time is not cut short', async () => {
  let aborted: AbortSignal | undefined
  const answer = await ask(async (_, signal) => {
    aborted = signal
    return { status: 200, body: {} }
  }, 1_100)
  expect(answer.statusCode).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(aborted?.aborted).toBe(false)
})
