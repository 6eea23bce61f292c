/**
 * `gone`: the server cannot be reached, takes no connection, or is not the writer: the next
 * statement would find no more. `busy`: the server is there, and refused or ended this statement
 * for the moment.
 */
export type MysqlAway = 'gone' | 'busy'

const gone = [
  // The network below the connection, as Node names it.
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPROTO',
  // mysql2: the handshake of MySQL or of TLS did not come to its end (cut, reset, or a certificate
  // that is not to be trusted), the stream broke off or is none of MySQL's, a statement had no
  // reply in time. CONNECTION_RENEWED is our own (clients/mysql.ts): nothing came until the
  // request's end.
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
  'HANDSHAKE_UNKNOWN_ERROR',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ERROR',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'CONNECTION_RENEWED',
  // A token is refused where IAM has too many to check (200 new connections a second), and a login
  // by one that was valid has no other reason to fail (clients/mysql-connection.ts).
  'IAM_TOKEN_REFUSED',
  // The circuit (circuit.ts) is open, so nothing was asked.
  'MYSQL_CIRCUIT_OPEN',
  // The server takes no further connection, or no further one of this user or host.
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_HOST_IS_BLOCKED',
  'ER_DA_GLOBAL_CONN_LIMIT',
  'ER_DA_CONN_LIMIT',
  'ER_OUTOFMEMORY',
  'ER_OUT_OF_RESOURCES',
  'ER_CANT_CREATE_THREAD',
  // It is starting, stopping, or has ended this connection.
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_SHUTDOWN_COMPLETE',
  'ER_SERVER_OFFLINE_MODE',
  'ER_SERVER_ISNT_AVAILABLE',
  'ER_SESSION_WAS_KILLED',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'ER_ABORTING_CONNECTION',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_BAD_HOST_ERROR',
  'ER_HANDSHAKE_ERROR',
  'ER_NET_READ_ERROR_FROM_PIPE',
  'ER_NET_FCNTL_ERROR',
  'ER_NET_PACKETS_OUT_OF_ORDER',
  'ER_NET_UNCOMPRESS_ERROR',
  'ER_NET_READ_ERROR',
  'ER_NET_READ_INTERRUPTED',
  'ER_NET_ERROR_ON_WRITE',
  'ER_NET_WRITE_INTERRUPTED',
  // It only reads: a writer that was demoted by a failover.
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
  'ER_READ_ONLY_TRANSACTION',
  'ER_INNODB_READ_ONLY',
  'ER_OPEN_AS_READONLY',
  'ER_SCHEMA_READ_ONLY',
  'ER_CANT_UPDATE_WITH_READLOCK',
]

const busy = [
  'ER_CANT_LOCK',
  'ER_CANNOT_LOCK_USER_MANAGEMENT_CACHES',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_TABLE_FULL',
  'ER_LOCK_ABORTED',
  'ER_LOCK_NOWAIT',
  'ER_USER_LOCK_DEADLOCK',
  'ER_QUERY_TIMEOUT',
  'ER_QUERY_INTERRUPTED',
  'ER_FILSORT_ABORT',
  'ER_TOO_MANY_CONCURRENT_TRXS',
  // Aurora: the storage did not confirm a write, or an engine error while it fails over.
  'ER_ERROR_DURING_COMMIT',
  'ER_TRANSACTION_ROLLBACK_DURING_COMMIT',
  'ER_GET_ERRNO',
  // Out of memory or disk for this statement.
  'ER_OUT_OF_SORTMEMORY',
  'ER_ENGINE_OUT_OF_MEMORY',
  'ER_CAPACITY_EXCEEDED',
  'ER_MDL_OUT_OF_RESOURCES',
  'ER_DISK_FULL',
  'ER_DISK_FULL_NOWAIT',
  'ER_RECORD_FILE_FULL',
  'ER_INNODB_UNDO_LOG_FULL',
  'ER_TRANS_CACHE_FULL',
  'ER_STMT_CACHE_FULL',
]

/** By the code of the error, which is MySQL's own name of it (mysql2's `constants/errors`). */
export const mysqlAwayCodes: ReadonlyMap<string, MysqlAway> = new Map([
  ...gone.map((code) => [code, 'gone'] as const),
  ...busy.map((code) => [code, 'busy'] as const),
])

/**
 * Whether an error of MySQL, or of the way to it, means that it is away for the moment; undefined:
 * it does not, and a repeat would fail as well. Causes are not looked at.
 */
export function mysqlAway(error: unknown): MysqlAway | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string'))
    return undefined
  // OpenSSL's reasons are many; all end the connection.
  if (error.code.startsWith('ERR_SSL_')) return 'gone'
  return mysqlAwayCodes.get(error.code)
}
