import { readWhole } from './cells.ts'
import type { Db, Sql } from './db.ts'
import { type Migration, migrations } from './migrations/index.ts'

const versions = `
CREATE TABLE IF NOT EXISTS schema_versions (
  version INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  applied_at DATETIME(3) NOT NULL
)`

/** Versions whose statement was sent to the server. Those in schema_versions have ended, too. */
const attempts = `
CREATE TABLE IF NOT EXISTS schema_attempts (
  version INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  started_at DATETIME(3) NOT NULL
)`

/** Two deploys at once: the second waits for the first, and then finds nothing to do. */
const lockSeconds = 60

/** Another migration has held the lock for all the time that this one waited. */
class MigrationBusy extends Error {
  override name = 'MigrationBusy'
}

/** A column exists already, a key exists already, what is to be dropped does not exist. */
const refusalsOfARepeat: readonly unknown[] = [1060, 1061, 1091]

const isRefusalOfARepeat = (error: unknown): boolean =>
  error instanceof Error && 'errno' in error && refusalsOfARepeat.includes(error.errno)

async function versionsIn(
  sql: Sql,
  table: 'schema_versions' | 'schema_attempts',
): Promise<Set<number>> {
  const rows = await sql.query(`SELECT version FROM ${table}`)
  return new Set(rows.map((row) => readWhole(row.version)))
}

/**
 * Runs the statement of one migration. `attempted`: an earlier run has sent it to the server and
 * did not learn, or did not note, how it ended.
 *
 * An ALTER TABLE that has taken effect is refused when it is repeated. That refusal means "done"
 * after an earlier attempt; without one it is a mistake in the migration and fails every run. For
 * this, a refused first attempt takes its note back: DDL of MySQL 8 is atomic, so a statement that
 * the server refused has changed nothing. Where the connection is gone instead, nobody knows how
 * the statement ended, the note cannot be taken back, and the next run is a repeat. One gap is
 * left: a process that dies after the refusal and before it has taken the note back lets the next
 * run believe that the migration is done.
 */
async function run(sql: Sql, { version, name, sql: statement }: Migration, attempted: boolean) {
  if (!attempted)
    await sql.query(
      'INSERT INTO schema_attempts (version, name, started_at) VALUES (?, ?, UTC_TIMESTAMP(3))',
      [version, name],
    )
  try {
    await sql.query(statement)
  } catch (error) {
    if (attempted && isRefusalOfARepeat(error)) return
    // The statement's own error rises, also where the connection is gone.
    if (!attempted)
      await sql
        .query('DELETE FROM schema_attempts WHERE version = ?', [version])
        .catch(() => undefined)
    throw error
  }
}

/**
 * Whether the schema is at all of these versions, or above them. False where nothing was applied
 * yet, which is a table that does not exist (1146).
 */
async function isAbove(sql: Sql, all: readonly Migration[]): Promise<boolean> {
  const applied = await versionsIn(sql, 'schema_versions').catch((error: unknown) => {
    if (error instanceof Error && 'errno' in error && error.errno === 1146) return new Set<number>()
    throw error
  })
  return all.every(({ version }) => applied.has(version))
}

async function applyMissing(sql: Sql, all: readonly Migration[]): Promise<string[]> {
  await sql.query(versions)
  await sql.query(attempts)
  const applied = await versionsIn(sql, 'schema_versions')
  const attempted = await versionsIn(sql, 'schema_attempts')
  const missing = all.filter((migration) => !applied.has(migration.version))
  for (const migration of missing) {
    await run(sql, migration, attempted.has(migration.version))
    await sql.query(
      'INSERT INTO schema_versions (version, name, applied_at) VALUES (?, ?, UTC_TIMESTAMP(3))',
      [migration.version, migration.name],
    )
  }
  return missing.map((migration) => migration.name)
}

/**
 * Brings the connection's database to the newest schema; returns the names of what it applied.
 * Parallel calls are safe: a lock of the server, named after the database, is held by the very
 * connection that runs the statements and goes with it. Needs a connection whose statement timeout
 * is longer than the wait for the lock. Throws MigrationBusy, and MySQL's own errors. A schema that
 * is there already, or newer, needs no lock: an old version succeeds while a newer one is at work.
 *
 * `transaction` is used for the one connection, which is never replaced by another: nothing is
 * rolled back, because the first DDL statement commits and each statement after it does so by
 * itself.
 */
export function migrate(db: Db, all: readonly Migration[] = migrations): Promise<string[]> {
  const lock = "CONCAT('migrate:', LEFT(DATABASE(), 56))"
  return db.transaction(async (sql) => {
    if (await isAbove(sql, all)) return []
    const [got] = await sql.query(`SELECT GET_LOCK(${lock}, ${lockSeconds}) AS locked`)
    if (got?.locked !== 1)
      throw new MigrationBusy(`another migration has held the lock for ${lockSeconds} s`)
    try {
      return await applyMissing(sql, all)
    } finally {
      // A connection that is gone has taken the lock with it.
      await sql.query(`SELECT RELEASE_LOCK(${lock})`).catch(() => undefined)
    }
  })
}
