import type { Policy } from './remote.ts'

// How long production's clients wait for each dependency, how often they try, and by which errors
// it may refuse.

export const dynamodb: Policy = {
  dependency: 'dynamodb',
  timeoutMs: 2000,
  silence: 'TimeoutError',
  attempts: 3,
  refusals: [
    { name: 'ThrottlingException' },
    { name: 'InternalServerError' },
    { name: 'ProvisionedThroughputExceededException' },
  ],
}
/** Two that are about the same item conflict. */
export const transaction: Policy = {
  ...dynamodb,
  refusals: [{ name: 'TransactionCanceledException' }],
}
export const send: Policy = {
  dependency: 'sqs',
  timeoutMs: 800,
  silence: 'TimeoutError',
  attempts: 1,
  refusals: [{ name: 'ServiceUnavailable' }],
}
export const sqs: Policy = { ...send, timeoutMs: 3000, attempts: 2 }
/**
 * Deadlock, lock wait, what a writer says that has been demoted, a server without room, a handshake
 * of TLS that was cut, a token that IAM's throttle refused, and a connection that ends: as mysql2
 * and clients/mysql-credentials.ts report them.
 */
export const mysql: Policy = {
  dependency: 'mysql',
  timeoutMs: 5000,
  silence: 'PROTOCOL_SEQUENCE_TIMEOUT',
  attempts: 1,
  refusals: [
    { name: 'ER_LOCK_DEADLOCK', errno: 1213 },
    { name: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205 },
    { name: 'ER_OPTION_PREVENTS_STATEMENT', errno: 1290 },
    { name: 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', errno: 1792 },
    { name: 'ER_READ_ONLY_MODE', errno: 1836 },
    { name: 'ER_TOO_MANY_USER_CONNECTIONS', errno: 1203 },
    { name: 'HANDSHAKE_SSL_ERROR' },
    { name: 'IAM_TOKEN_REFUSED' },
    { name: 'PROTOCOL_CONNECTION_LOST' },
  ],
}
export const opensearch: Policy = {
  dependency: 'opensearch',
  timeoutMs: 1000,
  silence: 'TimeoutError',
  attempts: 1,
  refusals: [{ name: 'ResponseError' }],
}
