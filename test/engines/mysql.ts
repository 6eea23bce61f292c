import { randomBytes } from 'node:crypto'
import { dbOf } from '../../functions/clients/mysql.ts'
import { connect } from '../../functions/clients/mysql-connection.ts'
import type { Db, SqlValue } from '../../functions/mysql/db.ts'
import { migrate } from '../../functions/mysql/migrate.ts'

export interface Database {
  name: string
  db: Db
  /** Another connection to the same database. */
  another(): Db
  drop(): Promise<void>
}

/**
 * An empty database of its own on the server of MYSQL_HOST, so that files do not see each other's
 * rows.
 */
export async function emptyDatabase(): Promise<Database> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const server = dbOf((ms) => connect(undefined, ms))
  await server.query(`CREATE DATABASE ${name}`)
  const opened: Db[] = [server]
  const another = () => {
    const db = dbOf((ms) => connect(name, ms), 90_000)
    opened.push(db)
    return db
  }
  return {
    name,
    db: another(),
    another,
    async drop() {
      await server.query(`DROP DATABASE IF EXISTS ${name}`)
      for (const db of opened) db.renew()
    },
  }
}

/** The same with the newest schema. */
export async function migratedDatabase(): Promise<Database> {
  const database = await emptyDatabase()
  await migrate(database.db)
  return database
}

export interface Statement {
  sql: string
  values: SqlValue[]
}

/** A connection that notes every statement it is asked for, inside transactions too. */
export function recording(db: Db): { db: Db; statements: Statement[] } {
  const statements: Statement[] = []
  const noting =
    (query: Db['query']): Db['query'] =>
    (sql, values = []) => {
      statements.push({ sql, values })
      return query(sql, values)
    }
  return {
    statements,
    db: {
      query: noting((sql, values) => db.query(sql, values)),
      transaction: (work) =>
        db.transaction((sql) => work({ query: noting((text, values) => sql.query(text, values)) })),
      renew: () => db.renew(),
    },
  }
}
