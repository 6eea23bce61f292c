import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db, Sql, SqlRow, SqlValue } from '../rows/db.ts'
import { env } from './env.ts'
import { connect } from './mysql-connection.ts'

const statementMs = 5_000

/** The connection was given up while a statement ran on it. Whether the statement took effect is not known. */
class ConnectionRenewed extends Error {
  override name = 'ConnectionRenewed'
  code = 'CONNECTION_RENEWED'
}

/** One connection. `close` also rejects what runs on it: mysql2 itself never answers after destroy(). */
interface Session extends Sql {
  used: boolean
  open: boolean
  close(): void
}

/** The server itself refused the statement, so the connection is sound; all other errors leave it in doubt. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && 'sqlState' in error && !('fatal' in error && error.fatal === true)

function sessionOf(connection: Connection, timeout: number): Session {
  const closed = Promise.withResolvers<never>()
  closed.promise.catch(() => undefined)
  const session: Session = {
    used: false,
    open: true,
    close() {
      session.open = false
      connection.destroy()
      closed.reject(new ConnectionRenewed('the connection was given up'))
    },
    async query(sql, values = []) {
      try {
        const running = connection.query<RowDataPacket[] | ResultSetHeader>({ sql, values, timeout })
        const [rows] = await Promise.race([running, closed.promise])
        session.used = true
        return Array.isArray(rows) ? rows : []
      } catch (error) {
        if (!isAnswer(error) && session.open) session.close()
        throw error
      }
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
    // A connection that is gone has taken its transaction with it; a rollback that fails closes its connection.
    if (session.open) await session.query('ROLLBACK').catch(() => session.close())
    throw error
  }
}

/**
 * One connection to MySQL, made on first use; calls take turns on it, so no statement slips into another's
 * transaction. Errors are mysql2's own (`code`, `errno`), or ConnectionRenewed.
 */
export function dbOf(open: () => Promise<Connection>, timeoutMs: number = statementMs): Db {
  let current: Session | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const session = async (): Promise<Session> => {
    if (!current?.open) current = sessionOf(await open(), timeoutMs)
    return current
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const query = async (sql: string, values?: SqlValue[]): Promise<SqlRow[]> => {
    const first = await session()
    const old = first.used
    try {
      return await first.query(sql, values)
    } catch (error) {
      // A frozen instance wakes with a connection that the server closed long ago: that is no outage yet.
      if (!old || first.open || error instanceof ConnectionRenewed) throw error
      return (await session()).query(sql, values)
    }
  }
  return {
    query: (sql, values) => inTurn(() => query(sql, values)),
    transaction: (work) => inTurn(async () => inTransaction(await session(), work)),
    renew: () => current?.close(),
  }
}

let shared: Db | undefined

/** This instance's connection to MYSQL_DATABASE. */
export function mysql(): Db {
  shared ??= dbOf(() => connect(env('MYSQL_DATABASE')))
  return shared
}
