import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { isToken } from '../kinds/application.ts'
import { type Rate, rate } from '../limits/limits.ts'
import { tooMany } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'
import type { RateDecision } from './token-bucket.ts'

export interface RateLimitPorts {
  /** Takes one request out of an application's bucket (token-bucket.ts). */
  take: (app: string, rate: Rate) => Promise<RateDecision>
  /** Called when the bucket cannot be asked. The request goes on. */
  failed: (error: unknown) => void
}

/** `internal` keeps the headers from the start of the request to its response. */
type RateMiddleware = MiddlewareObj<
  APIGatewayProxyEvent,
  APIGatewayProxyResult,
  Error,
  Context,
  { rateHeaders?: Record<string, string> }
>

/** The policy, and what is left of it, by draft-ietf-httpapi-ratelimit-headers. */
function rateHeadersOf(limit: Rate, taken: RateDecision | undefined): Record<string, string> {
  const window = Math.ceil(limit.burst / limit.perSecond)
  return {
    'RateLimit-Policy': `"application";q=${limit.burst};w=${window}`,
    ...(taken ? { RateLimit: `"application";r=${taken.remaining};t=${taken.fullIn}` } : {}),
  }
}

/**
 * Limits each application to its rate, where one is set; throws 429. Every request with a token in
 * its path counts, whatever becomes of it, also the repeat of an Idempotency-Key. It runs before
 * anything is read, so that a refusal is cheap: 429 comes before 400, 404 and all others.
 *
 * What cannot be a token goes on to its 404 and leaves no bucket. An invented token leaves one for
 * about an hour: to know that it is invented would cost every request one more read, and the
 * throttle of the stage bounds how many there can be.
 */
export function rateLimit(ports: () => RateLimitPorts): RateMiddleware {
  const addHeaders: RateMiddleware['after'] = ({ response, internal: { rateHeaders } }) => {
    if (response && rateHeaders) response.headers = { ...rateHeaders, ...response.headers }
  }
  return {
    before: async ({ event, internal }) => {
      const [limit, token] = [rate(), event.pathParameters?.token]
      if (!limit || !token || !isToken(token)) return
      const taken = await takeFrom(ports(), appKey(token), limit)
      internal.rateHeaders = rateHeadersOf(limit, taken)
      if (taken && !taken.allowed) throw tooMany(limit.perSecond, taken.retryAfter)
    },
    after: addHeaders,
    onError: addHeaders,
  }
}

/** A limiter that is away must not take the API with it: the request goes on, and is counted. */
async function takeFrom(
  ports: RateLimitPorts,
  app: string,
  limit: Rate,
): Promise<RateDecision | undefined> {
  try {
    return await ports.take(app, limit)
  } catch (error) {
    ports.failed(error)
    return undefined
  }
}
