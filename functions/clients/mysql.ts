import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { mysqlAway } from '../mysql/away.ts'
import { type Db, type Sql, type SqlRow, type SqlValue, statementMs } from '../mysql/db.ts'
import { env } from './env.ts'
import { connect } from './mysql-connection.ts'

/** How long a connection is taken to lead to the writer without asking (see dbOf). */
const trustedMs = 1_000
const checkMs = 2_000

/**
 * The connection was given up while a statement ran on it or waited for its turn. Whether a
 * statement that ran took effect is not known.
 */
class ConnectionRenewed extends Error {
  override name = 'ConnectionRenewed'
  code = 'CONNECTION_RENEWED'
}

/** The server is read only. The code is MySQL's own for that, and is handled where that one is. */
class ServerIsReader extends Error {
  override name = 'ServerIsReader'
  code = 'ER_READ_ONLY_MODE'
}

/**
 * One connection. `close` also rejects what runs on it, because mysql2 settles nothing after
 * destroy().
 */
interface Session extends Sql {
  usable: boolean
  /** When it was last seen to lead to the writer, milliseconds since 1970. */
  checked: number
  isWriter(): Promise<boolean>
  close(): void
}

/**
 * Whether the server itself refused the statement, and goes on: then the connection is sound. All
 * other errors leave it in doubt, also a refusal by which the server says that it stops, has ended
 * the session, or is not the writer.
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  'sqlState' in error &&
  !('fatal' in error && error.fatal === true) &&
  mysqlAway(error) !== 'gone'

const timedOut = 'PROTOCOL_SEQUENCE_TIMEOUT'
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

function sessionOf(connection: Connection, timeout: number, now: () => number): Session {
  // One rejecter for each statement that runs, taken away when it ends. A promise that lived as
  // long as the connection would keep a reaction, and with it the rows, of every statement raced
  // with it.
  const rejecters = new Set<(error: Error) => void>()
  const query = async (sql: string, values: SqlValue[] = [], ms = timeout): Promise<SqlRow[]> => {
    const given = Promise.withResolvers<never>()
    rejecters.add(given.reject)
    try {
      const running = connection.query<RowDataPacket[] | ResultSetHeader>({
        sql,
        values,
        timeout: ms,
      })
      const [rows] = await Promise.race([running, given.promise])
      return Array.isArray(rows) ? rows : []
    } catch (error) {
      if (!isRefusal(error) && session.usable) session.close()
      throw error
    } finally {
      rejecters.delete(given.reject)
    }
  }
  const session: Session = {
    usable: true,
    checked: 0,
    query: (sql, values) => query(sql, values),
    close() {
      session.usable = false
      connection.destroy()
      for (const reject of rejecters) reject(new ConnectionRenewed('the connection was given up'))
    },
    async isWriter() {
      const [row] = await query('SELECT @@innodb_read_only OR @@read_only AS reader', [], checkMs)
      session.checked = now()
      return row?.reader === 0
    },
  }
  return session
}

async function inTransaction<T>(session: Session, work: (sql: Sql) => Promise<T>): Promise<T> {
  await session.query('START TRANSACTION')
  try {
    const result = await work(session)
    await session.query('COMMIT')
    return result
  } catch (error) {
    // A connection that is gone has taken its transaction with it. One that cannot roll back is
    // closed.
    if (session.usable) await session.query('ROLLBACK').catch(() => session.close())
    throw error
  }
}

/**
 * One connection to MySQL, made on first use. Calls take turns on it, so that no statement slips
 * into another's transaction. Errors are mysql2's own (`code`, `errno`), ConnectionRenewed or
 * ServerIsReader.
 *
 * Before a statement the server is asked whether it is the writer, unless it was asked within the
 * last second. After a failover the name may still lead to the old writer, or a connection to it
 * may have survived. Rows read there would be older than what was pruned from the HEADs, and this
 * would last as long as the instance lives. With the question it lasts a second at most, besides
 * the lag of an Aurora reader (below 0.1 s). The question also finds a connection that the server
 * closed while the instance was frozen. That is no outage, and nothing has run on it yet, so the
 * statement or transaction begins on a new one.
 *
 * `newConnection` makes one for statements that may take `timeoutMs` each.
 */
export function dbOf(
  newConnection: (statementMs: number) => Promise<Connection>,
  timeoutMs: number = statementMs,
  now: () => number = Date.now,
): Db {
  let current: Session | undefined
  let turn: Promise<void> = Promise.resolve()
  const ended = () => undefined
  let renewals = 0

  /** Throws ConnectionRenewed if renew() was called since there were `before` of them. */
  const requireUnrenewed = (before: number): void => {
    if (renewals !== before)
      throw new ConnectionRenewed('the connection was given up before its turn')
  }
  const isStillWriter = async (session: Session): Promise<boolean> => {
    if (!session.usable || now() - session.checked < trustedMs) return session.usable
    // Whatever the error is, a new connection shows whether MySQL is away or only this one was
    // dead.
    return session.isWriter().catch(() => false)
  }
  const session = async (before: number): Promise<Session> => {
    requireUnrenewed(before)
    const kept = current
    if (kept && (await isStillWriter(kept))) return kept
    requireUnrenewed(before)
    if (kept?.usable) kept.close()
    const opened = await newConnection(timeoutMs)
    if (renewals !== before) opened.destroy()
    requireUnrenewed(before)
    const fresh = sessionOf(opened, timeoutMs, now)
    current = fresh
    if (await fresh.isWriter()) return fresh
    fresh.close()
    throw new ServerIsReader('the server only reads: it is not, or no longer, the writer')
  }
  /**
   * Runs `work` in its turn. A call that was made before a renew() is given up by it, also while it
   * waits for its turn or for a connection that is being opened: else it would run beside the next
   * invocation.
   */
  const inTurn = <T>(work: (session: Session, before: number) => Promise<T>): Promise<T> => {
    const before = renewals
    const mine = turn.then(async () => work(await session(before), before))
    // Only that it has ended: the rows would stay in memory until the next call.
    turn = mine.then(ended, ended)
    return mine
  }
  const query = async (first: Session, before: number, sql: string, values?: SqlValue[]) => {
    try {
      return await first.query(sql, values)
    } catch (error) {
      // A connection that has died since it was asked: once more on a new one. A statement that
      // took all its time would take it again.
      if (first.usable || error instanceof ConnectionRenewed || codeOf(error) === timedOut)
        throw error
      return (await session(before)).query(sql, values)
    }
  }
  return {
    query: (sql, values) => inTurn((first, before) => query(first, before, sql, values)),
    transaction: (work) => inTurn((first) => inTransaction(first, work)),
    renew() {
      renewals += 1
      current?.close()
    },
  }
}

let shared: Db | undefined

/** This instance's connection to MYSQL_DATABASE. */
export function mysql(): Db {
  shared ??= dbOf((ms) => connect(env('MYSQL_DATABASE'), ms))
  return shared
}
