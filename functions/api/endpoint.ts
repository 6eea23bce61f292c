import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { count } from '../clients/metric.ts'
import { clock } from '../clients/system.ts'
import { bucketsOf } from './bucket.ts'
import type { Call } from './call.ts'
import { openEndpoint } from './open-endpoint.ts'
import type { Answer } from './problem.ts'
import { type RateLimitPorts, rateLimit } from './rate-limit.ts'
import type { Operation } from './routes.ts'

export type { Call } from './call.ts'

let made: RateLimitPorts | undefined
function ports(): RateLimitPorts {
  made ??= {
    take: bucketsOf(table(), clock),
    failed: (error) => {
      count({ RateUnchecked: 1 })
      log('rate-unchecked', { error: error instanceof Error ? error.name : 'unknown' })
    },
  }
  return made
}

/**
 * The Lambda handler of an operation (open-endpoint.ts), limited to the rate of the application in
 * its path.
 */
export const endpoint = <O extends Operation>(
  operation: O,
  run: (call: Call<O>) => Promise<Answer>,
) => openEndpoint(operation, run, [rateLimit(ports)])
