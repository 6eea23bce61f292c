import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { countMetrics } from '../clients/metrics.ts'
import type { Call } from './call.ts'
import { endpoint } from './endpoint.ts'
import type { HttpResponse } from './http-response.ts'
import { type RateLimitPorts, rateLimit } from './rate-limit.ts'
import type { Operation } from './routes.ts'
import { tokenBuckets } from './token-bucket.ts'

let made: RateLimitPorts | undefined
function ports(): RateLimitPorts {
  made ??= {
    take: tokenBuckets(table(), clock),
    failed: (error) => {
      countMetrics({ RateUnchecked: 1 })
      log('rate_unchecked', { error: error instanceof Error ? error.name : 'unknown' })
    },
  }
  return made
}

/**
 * The Lambda handler of an operation (endpoint.ts), limited to the rate of the application in its
 * path.
 */
export const applicationEndpoint = <O extends Operation>(
  operation: O,
  run: (call: Call<O>, signal: AbortSignal) => Promise<HttpResponse>,
) => endpoint(operation, run, [rateLimit(ports)])
