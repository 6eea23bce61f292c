import { isThrottlingError, isTransientError } from '@smithy/core/retry'
import { mysqlAway } from '../mysql/away.ts'

/**
 * The names of errors by which AWS or OpenSearch is away or overloaded for the moment, beside those
 * that the AWS SDK knows to repeat.
 */
const away = new Set([
  // Given up by us, or by a client's own timeout.
  'AbortError',
  'TimeoutError',
  'NetworkingError',
  // DynamoDB: another transaction on the same items, or its own errors without a status.
  'TransactionCanceledException',
  'TransactionConflictException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  // The keys of an encrypted queue or table are throttled.
  'KmsThrottled',
  'KMS.ThrottlingException',
  'KMSThrottlingException',
  // SQS: as many messages are in flight as a queue may have.
  'OverLimit',
  // The client of OpenSearch, and our deadline of its calls (opensearch/deadline.ts).
  'ConnectionError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeadlineExceeded',
])

/** A response of OpenSearch by which it has no room, is restarting, or is behind a proxy alone. */
const awayStatuses: unknown[] = [429, 502, 503, 504]

/**
 * The SDK's own judgement, by which it makes its second attempts: every throttle, what its service
 * marks as worth a repeat, 500, 502, 503 and 504, and the network. It is shown the error without
 * its cause, which isAway looks at itself and which may be anything.
 */
function isAwaySdk(error: Error): boolean {
  const alone: Parameters<typeof isTransientError>[0] = Object.create(error, {
    cause: { value: undefined },
  })
  return isThrottlingError(alone) || isTransientError(alone)
}

const isAwayItself = (error: Error): boolean =>
  mysqlAway(error) !== undefined ||
  away.has(error.name) ||
  ('code' in error && typeof error.code === 'string' && away.has(error.code)) ||
  ('statusCode' in error && awayStatuses.includes(error.statusCode)) ||
  isAwaySdk(error)

/**
 * Whether the error, or one in its chain of causes, means that a dependency is away. It becomes 503
 * with Retry-After. Everything else that is no Problem is a fault of ours: 500.
 */
export function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isAwayItself(at)) return true
    if (at instanceof AggregateError && at.errors.some(isAway)) return true
  }
  return false
}
