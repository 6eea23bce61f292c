import { readWhole } from './cells.ts'
import type { Sql } from './db.ts'
import { migrations } from './migrations/index.ts'

const versions = `
CREATE TABLE IF NOT EXISTS schema_versions (
  version INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  applied_at DATETIME(3) NOT NULL
)`

/** Two deploys at once: the second waits for the first, and then finds nothing to do. */
const lockSeconds = 60

/** Another migration has held the lock for all the time that this one waited. */
export class MigrationBusy extends Error {
  override name = 'MigrationBusy'
}

async function applyMissing(sql: Sql): Promise<string[]> {
  await sql.query(versions)
  const applied = new Set(
    (await sql.query('SELECT version FROM schema_versions')).map((row) => readWhole(row.version)),
  )
  const missing = migrations.filter((migration) => !applied.has(migration.version))
  for (const { version, name, sql: statement } of missing) {
    await sql.query(statement)
    await sql.query(
      'INSERT INTO schema_versions (version, name, applied_at) VALUES (?, ?, UTC_TIMESTAMP(3))',
      [version, name],
    )
  }
  return missing.map((migration) => migration.name)
}

/**
 * Brings the connection's database to the newest schema; answers the names of what it applied.
 * Parallel calls are safe: a lock of the server, named after the database, is held by this very
 * connection and goes with it. Needs a connection whose statement timeout is longer than the wait
 * for the lock. Throws MigrationBusy.
 */
export async function migrate(sql: Sql): Promise<string[]> {
  const lock = "CONCAT('migrate:', LEFT(DATABASE(), 56))"
  const [got] = await sql.query(`SELECT GET_LOCK(${lock}, ${lockSeconds}) AS locked`)
  if (got?.locked !== 1)
    throw new MigrationBusy(`another migration has held the lock for ${lockSeconds} s`)
  try {
    return await applyMissing(sql)
  } finally {
    await sql.query(`SELECT RELEASE_LOCK(${lock})`)
  }
}
