/**
 * The names and codes of errors by which a dependency is away or overloaded for the moment. They
 * become 503 with Retry-After. Everything else that is no Problem is a fault of ours: 500.
 */
const away = new Set([
  // The network, and timeouts of ours and of the AWS SDK.
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'TimeoutError',
  'AbortError',
  'NetworkingError',
  // DynamoDB and SQS.
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionCanceledException',
  'TransactionConflictException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  // MySQL: gone, full, shutting down, failing over (read-only for a while), locked.
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'CONNECTION_RENEWED',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
  'ER_QUERY_TIMEOUT',
])

/** Whether the error, or one in its chain of causes, means that a dependency is away. */
export function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (away.has(at.name) || ('code' in at && typeof at.code === 'string' && away.has(at.code)))
      return true
    if (at instanceof AggregateError && at.errors.some(isAway)) return true
  }
  return false
}
