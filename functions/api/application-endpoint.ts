import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { countMetrics } from '../clients/metrics.ts'
import { type Call, readCall } from './call.ts'
import type { HttpResponse } from './http-response.ts'
import { lambdaHandler } from './lambda-handler.ts'
import { type Allowed, type RateLimitPorts, rateLimit } from './rate-limit.ts'
import type { Operation } from './routes.ts'
import { tokenBuckets } from './token-bucket.ts'

let made: RateLimitPorts | undefined
function ports(): RateLimitPorts {
  made ??= {
    ...tokenBuckets(table(), clock),
    failed: (error) => {
      countMetrics({ RateUnchecked: 1 })
      log('rate_unchecked', { error: error instanceof Error ? error.name : 'unknown' })
    },
  }
  return made
}

/** What an operation needs to know of its request, besides the call. */
export interface RequestContext {
  /** Aborted when the function's time is nearly over (lambda-handler.ts). */
  signal: AbortSignal
  /** What the limit of the application says to it (rate-limit.ts). */
  allowed: Allowed
}

/**
 * The Lambda handler of an operation (as endpoint.ts makes one), limited to the rate of the
 * application in its path.
 */
export function applicationEndpoint<O extends Operation>(
  operation: O,
  run: (call: Call<O>, request: RequestContext) => Promise<HttpResponse>,
  limiter: () => RateLimitPorts = ports,
) {
  const limit = rateLimit(limiter)
  return lambdaHandler(
    operation,
    (event, signal) =>
      limit.within(
        event,
        () => readCall(operation, event),
        (call, allowed) => run(call, { signal, allowed }),
      ),
    [limit.headers],
  )
}
