import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db, Sql, SqlRow, SqlValue } from '../mysql/db.ts'
import { env } from './env.ts'
import { connect } from './mysql-connection.ts'

const statementMs = 5_000

/** How long a connection is trusted to be the writer's: see isWriter. */
const trustedMs = 1_000
const checkMs = 2_000

/**
 * The connection was given up while a statement ran on it. Whether the statement took effect is not
 * known.
 */
class ConnectionRenewed extends Error {
  override name = 'ConnectionRenewed'
  code = 'CONNECTION_RENEWED'
}

/**
 * The server is read only. The code is MySQL's own for it, so whoever knows that one knows what to
 * do.
 */
class ServerIsReader extends Error {
  override name = 'ServerIsReader'
  code = 'ER_READ_ONLY_MODE'
}

/**
 * One connection. `close` also rejects what runs on it: mysql2 itself never answers after
 * destroy().
 */
interface Session extends Sql {
  usable: boolean
  /** When it was the writer's last, milliseconds since 1970. */
  checked: number
  isWriter(): Promise<boolean>
  close(): void
}

/**
 * The server itself refused the statement, so the connection is sound; all other errors leave it in
 * doubt.
 */
const isServersAnswer = (error: unknown): boolean =>
  error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true)

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
      if (!isServersAnswer(error) && session.usable) session.close()
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
    // A connection that is gone has taken its transaction with it; a rollback that fails closes its
    // connection.
    if (session.usable) await session.query('ROLLBACK').catch(() => session.close())
    throw error
  }
}

/**
 * One connection to MySQL, made on first use; calls take turns on it, so no statement slips into
 * another's transaction. Errors are mysql2's own (`code`, `errno`), ConnectionRenewed or
 * ServerIsReader.
 *
 * Every second before a statement, and at first, the server is asked whether it is the writer.
 * After a failover the name may still lead to the old one, or a kept connection may have survived
 * on it: it would read what is behind what was pruned from the HEADs, for as long as the instance
 * lives. So that can last a second, the lag of an Aurora reader (below 0.1 s) apart. The question
 * also finds the connection that the server closed while the instance was frozen: that is no outage
 * yet, and nothing has run on it, so statements and transactions begin on a new one.
 */
export function dbOf(
  newConnection: () => Promise<Connection>,
  timeoutMs: number = statementMs,
  now: () => number = Date.now,
): Db {
  let current: Session | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let renewals = 0

  /** Throws ConnectionRenewed if renew() was called since there were `before` of them. */
  const requireUnrenewed = (before: number): void => {
    if (renewals !== before)
      throw new ConnectionRenewed('the connection was given up before its turn')
  }
  const isStillWriter = async (session: Session): Promise<boolean> => {
    if (!session.usable || now() - session.checked < trustedMs) return session.usable
    // Whatever the error is, a new connection tells more: it is away, or this one was dead.
    return session.isWriter().catch(() => false)
  }
  const session = async (before: number): Promise<Session> => {
    requireUnrenewed(before)
    const kept = current
    if (kept && (await isStillWriter(kept))) return kept
    requireUnrenewed(before)
    if (kept?.usable) kept.close()
    const opened = await newConnection()
    if (renewals !== before) opened.destroy()
    requireUnrenewed(before)
    const fresh = sessionOf(opened, timeoutMs, now)
    current = fresh
    if (await fresh.isWriter()) return fresh
    fresh.close()
    throw new ServerIsReader('the server only reads: it is not, or no longer, the writer')
  }
  /**
   * With a session of its own turn. A call belongs to the time it was made in: what renew() has
   * given up must neither wait for its turn nor for a connection that is being opened, and then run
   * beside the next invocation.
   */
  const inTurn = <T>(work: (session: Session, before: number) => Promise<T>): Promise<T> => {
    const before = renewals
    const mine = turn.then(async () => work(await session(before), before))
    turn = mine.catch(() => undefined)
    return mine
  }
  const query = async (first: Session, before: number, sql: string, values?: SqlValue[]) => {
    try {
      return await first.query(sql, values)
    } catch (error) {
      // It died since it was asked. A statement that took all its time would take it again.
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
  shared ??= dbOf(() => connect(env('MYSQL_DATABASE')))
  return shared
}
