import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { isToken } from '../kinds/application.ts'
import { type Rate, rate } from '../limits/limits.ts'
import { tooMany } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'
import type { Taken } from './token-bucket.ts'

export interface RateLimitPorts {
  /** Takes one request out of an application's bucket (bucket.ts). */
  take: (app: string, rate: Rate) => Promise<Taken>
  /** The bucket could not be asked; the request goes on. */
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

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers: what the policy is, and what is left of it.
 */
function rateHeadersOf(limit: Rate, taken: Taken | undefined): Record<string, string> {
  const window = Math.ceil(limit.burst / limit.perSecond)
  return {
    'RateLimit-Policy': `"application";q=${limit.burst};w=${window}`,
    ...(taken ? { RateLimit: `"application";r=${taken.remaining};t=${taken.fullIn}` } : {}),
  }
}

/**
 * Limits each application to its rate, where one is set: every request that names a token counts,
 * whatever becomes of it, repeats of a key too. Before anything is read, so that a refusal is
 * cheap: 429 comes before 400, 404 and all others. What no token looks like is let through to its
 * 404 and leaves no bucket; an invented one that looks like a token leaves one for about an hour,
 * since only a read more of every request could tell (and what it may ask for is bounded by the
 * stage's throttle). Throws 429.
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

/**
 * A limiter that is away must not take the API away with it: the request goes on, and it is
 * counted.
 */
async function takeFrom(
  ports: RateLimitPorts,
  app: string,
  limit: Rate,
): Promise<Taken | undefined> {
  try {
    return await ports.take(app, limit)
  } catch (error) {
    ports.failed(error)
    return undefined
  }
}
