import { setTimeout as pause } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import { mysqlAway } from '../mysql/away.ts'
import { selectMs } from '../mysql/db.ts'
import { type Credentials, credentialsOf } from './mysql-credentials.ts'

const connectMs = 2_000
/**
 * A failure that took longer was no refusal but silence, and a second attempt would meet it, too.
 */
const quickMs = 500
/** Pause before the second attempt: 100 to 300 ms, by chance, so that not all come at once. */
const retryMs = (): number => 100 + 200 * Math.random()

let made: Credentials | undefined
/** Those of this process, made on first use: a token is reused by all its connections. */
function ownCredentials(): Credentials {
  made ??= credentialsOf()
  return made
}

/**
 * Sets what a session needs, whatever the server's defaults are. Backslash escapes must stay on,
 * because mysql2 quotes with them. Some 14 functions keep a connection for each of their warm
 * instances, so the server closes what was idle for 5 minutes instead of 8 hours; when such a
 * connection is needed again, it is made anew (mysql.ts).
 *
 * Who gives a statement up closes the connection, but a server that is at work does not look at the
 * connection before it is done. So the server itself ends what takes longer than its client waits:
 * a SELECT by max_execution_time, a wait for a lock by innodb_lock_wait_timeout. What is left are
 * writes. Those of requests and jobs are about a bounded number of rows that they name by key, so
 * apart from waits they take a fraction of a second; at their end the server finds the connection
 * closed and rolls their transaction back. A KILL on another connection would end them a little
 * earlier, and would need that connection at the very moment at which MySQL is slow or has none
 * left. The writes of a migration are to be finished (mysql/migrate.ts).
 */
const session = (
  statementMs: number,
) => `SET SESSION transaction_isolation = 'READ-COMMITTED', time_zone = '+00:00',
  sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', innodb_lock_wait_timeout = 3, wait_timeout = 300,
  max_execution_time = ${selectMs(statementMs)}`

async function open(
  { options, failed }: Credentials,
  database: string | undefined,
  statementMs: number,
): Promise<Connection> {
  const connection = await createConnection({
    ...(await options()),
    ...(database === undefined ? {} : { database }),
    connectTimeout: connectMs,
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
  }).catch((error: unknown) => {
    throw failed(error)
  })
  // An idle connection that breaks emits an event, which would end the process if nobody listened.
  // The next query sees that it is broken.
  connection.on('error', () => undefined)
  try {
    await connection.query({ sql: session(statementMs), timeout: connectMs })
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/**
 * A new connection to MYSQL_HOST, in `database` (none: no database yet), for a client that waits
 * `statementMs` for a statement. Rejects after 2 s, with errors that mysqlAway knows.
 *
 * Where the server, or the network, refuses at once, it is tried once more after a moment: nothing
 * has run yet, and a handshake that was cut, a full server and IAM's throttle are over as quickly
 * as they came. A refused token is made anew for it.
 */
export async function connect(
  database: string | undefined,
  statementMs: number,
  credentials: Credentials = ownCredentials(),
): Promise<Connection> {
  const began = performance.now()
  try {
    return await open(credentials, database, statementMs)
  } catch (error) {
    if (mysqlAway(error) !== 'gone' || performance.now() - began > quickMs) throw error
  }
  await pause(retryMs())
  return open(credentials, database, statementMs)
}
