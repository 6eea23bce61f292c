import type { APIGatewayProxyEvent } from 'aws-lambda'
import { isToken } from '../kinds/application.ts'
import { type Rate, rate } from '../limits/limits.ts'
import { type Problem, tooMany } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'
import type { HttpResponse } from './http-response.ts'
import type { Middleware } from './lambda-handler.ts'
import type { RateDecision, TokenBuckets } from './token-bucket.ts'

export interface RateLimitPorts extends TokenBuckets {
  /** Called when the bucket cannot be asked. The request goes on. */
  failed: (error: unknown) => void
}

/**
 * What becomes of a request at the limit: resolves when it may go on, rejects with 429 when not.
 * Whatever a request reads of the table, it waits for this before it gets it
 * (clients/allowed-table.ts).
 */
export type Allowed = Promise<void>

export interface RateLimit {
  /** Adds the headers of the rate to every response, errors included. */
  headers: Middleware
  /**
   * Runs a request within the limit of its application. `read` parses it and says what it counts
   * as (request-cost.ts); `respond` makes the response of what was read. Throws 429; else what
   * `read` and `respond` throw.
   */
  within: <C extends { cost: number }>(
    event: APIGatewayProxyEvent,
    read: () => C,
    respond: (call: C, allowed: Allowed) => Promise<HttpResponse>,
  ) => Promise<HttpResponse>
}

/** The policy, and what is left of it, by draft-ietf-httpapi-ratelimit-headers. */
function rateHeadersOf(limit: Rate, taken: RateDecision | undefined): Record<string, string> {
  const window = Math.ceil(limit.burst / limit.perSecond)
  return {
    'RateLimit-Policy': `"application";q=${limit.burst};w=${window}`,
    ...(taken ? { RateLimit: `"application";r=${taken.remaining};t=${taken.fullIn}` } : {}),
  }
}

/**
 * DynamoDB's own refusals of too many calls. The writes of a bucket are to one item, of which it
 * takes 1,000 a second: where the rate is below, an application whose bucket is throttled sends
 * more than its rate.
 */
const isFlood = (error: unknown, limit: Rate): boolean =>
  limit.perSecond < 1_000 &&
  error instanceof Error &&
  ['ProvisionedThroughputExceededException', 'ThrottlingException'].includes(error.name)

/**
 * A limiter that is away must not take the API with it: the request goes on, and is counted. One
 * that is flooded refuses: else who sends most would be limited least.
 */
async function takeFrom(
  ports: RateLimitPorts,
  app: string,
  limit: Rate,
  cost: number,
): Promise<RateDecision | undefined> {
  try {
    return await ports.take(app, limit, cost)
  } catch (error) {
    if (isFlood(error, limit)) return { allowed: false, remaining: 0, fullIn: 1, retryAfter: 1 }
    ports.failed(error)
    return undefined
  }
}

/**
 * Limits each application to its rate, where one is set. Every request with a token in its path
 * counts, whatever becomes of it, also the repeat of an Idempotency-Key; a batch counts as its
 * messages, a search as more than one. 429 comes before 400, 404 and all others.
 *
 * It costs no time: the bucket is asked while the operation reads its first item of the table, and
 * what it reads is held back until the bucket has answered, so that nothing is written, and no
 * other store is asked, for what is refused. An instance that has seen the bucket empty refuses
 * before it parses anything.
 *
 * What cannot be a token goes on to its 404 and leaves no bucket. An invented token leaves one for
 * about an hour: to know that it is invented would cost every request one more read, and the
 * throttle of the stage bounds how many there can be.
 */
export function rateLimit(ports: () => RateLimitPorts): RateLimit {
  const headersOf = new WeakMap<APIGatewayProxyEvent, Record<string, string>>()
  const addHeaders: Middleware['after'] = ({ event, response }) => {
    const own = headersOf.get(event)
    if (response && own) response.headers = { ...own, ...response.headers }
  }
  const limited: RateLimit['within'] = async (event, read, respond) => {
    const [limit, token] = [rate(), event.pathParameters?.token]
    if (!limit || !token || !isToken(token)) return respond(read(), Promise.resolve())
    const app = appKey(token)
    const judge = (taken: RateDecision | undefined): Problem | undefined => {
      headersOf.set(event, rateHeadersOf(limit, taken))
      return taken && !taken.allowed ? tooMany(limit.perSecond, taken.retryAfter) : undefined
    }
    const known = ports().refusal(app, limit)
    if (known) throw judge(known)
    const call = attempt(read)
    const taking = takeFrom(ports(), app, limit, 'value' in call ? call.value.cost : 1).then(judge)
    return settle(taking, call, respond)
  }
  return { headers: { after: addHeaders, onError: addHeaders }, within: limited }
}

type Attempt<T> = { value: T } | { error: unknown }
function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

/** The response, or what refuses it: the limit before all else. */
async function settle<C>(
  taking: Promise<Problem | undefined>,
  call: Attempt<C>,
  respond: (call: C, allowed: Allowed) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const allowed: Allowed = taking.then((refusal) => {
    if (refusal) throw refusal
  })
  const [outcome] = await Promise.allSettled([
    'value' in call ? respond(call.value, allowed) : Promise.reject(call.error),
    // Also waited for here, so that its rejection is nobody's to miss.
    allowed,
  ])
  const refusal = await taking
  if (refusal) throw refusal
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
