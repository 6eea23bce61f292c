import { isStarted } from '../../../bin/cli/started.ts'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { connect } from '../../../functions/clients/mysql-connection.ts'
import type { Db } from '../../../functions/mysql/db.ts'
import { migrate } from '../../../functions/mysql/migrate.ts'
import type { Migration } from '../../../functions/mysql/migrations/index.ts'

/** A connection that calls `interrupt` before or after it runs `statement` in a transaction. */
export function interrupted(
  db: Db,
  when: 'before' | 'after',
  statement: string,
  interrupt: (id: number) => Promise<void>,
): Db {
  return {
    ...db,
    transaction: (work) =>
      db.transaction(async (sql) => {
        const [row] = await sql.query('SELECT CONNECTION_ID() AS id')
        return work({
          async query(text, values) {
            if (text !== statement) return sql.query(text, values)
            if (when === 'before') await interrupt(Number(row?.id))
            const rows = await sql.query(text, values)
            if (when === 'after') await interrupt(Number(row?.id))
            return rows
          },
        })
      }),
  }
}

/** Run as a process: migrates, and is killed as soon as the last statement has taken effect. */
if (isStarted(import.meta)) {
  const [database, json] = process.argv.slice(2)
  const migrations: Migration[] = JSON.parse(json ?? '')
  const db = dbOf((ms) => connect(database, ms), 90_000)
  const last = migrations.at(-1)?.sql ?? ''
  const killed = interrupted(db, 'after', last, async () => {
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => undefined)
  })
  await migrate(killed, migrations)
}
