import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../../functions/mysql/migrate.ts'
import { type Migration, migrations } from '../../../functions/mysql/migrations/index.ts'
import { type Database, emptyDatabase } from '../mysql.ts'
import { interrupted } from './killed-migration.ts'

const names = migrations.map((migration) => migration.name)

const versionsOf = (database: Database) =>
  database.db.query('SELECT version, name FROM schema_versions ORDER BY version')

describe('the schema', () => {
  let database: Database
  beforeAll(async () => {
    database = await emptyDatabase()
  })
  afterAll(() => database.drop())

  test('has versions that are numbered from 1 without a gap', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(names.map((_, i) => i + 1))
  })

  test('is applied once by parallel migrations, and the others find nothing to do', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.another())))
    expect(applied.flat()).toEqual(names)
    expect(await versionsOf(database)).toEqual(
      migrations.map(({ version, name }) => ({ version, name })),
    )
  })

  test('bears that the version before the attempts were noted runs again without a note', async () => {
    await database.db.query('DELETE FROM schema_versions WHERE version = 3')
    await database.db.query('DROP TABLE schema_attempts')
    expect(await migrate(database.db)).toEqual(['messages'])
    expect(await migrate(database.db)).toEqual([])
  })
})

test('a version whose schema is there, or older, succeeds while a newer one holds the lock', async () => {
  const database = await emptyDatabase()
  try {
    await migrate(database.db)
    const lock = await database
      .another()
      .query("SELECT GET_LOCK(CONCAT('migrate:', LEFT(DATABASE(), 56)), 0) AS locked")
    expect(lock).toEqual([{ locked: 1 }])
    await database.db.query(
      "INSERT INTO schema_versions (version, name, applied_at) VALUES (99, 'newer', '2026-01-01')",
    )
    expect(await migrate(database.another())).toEqual([])
    expect(await migrate(database.another(), migrations.slice(0, 2))).toEqual([])
  } finally {
    await database.drop()
  }
})

const made: Migration = {
  version: 1,
  name: 'made',
  sql: 'CREATE TABLE IF NOT EXISTS t (id INT NOT NULL PRIMARY KEY, a INT, KEY old (a))',
}

/**
 * Statements that cannot be repeated, and what the server shows of the table once they have taken
 * effect.
 */
const changes = [
  { sql: 'ALTER TABLE t ADD COLUMN b INT', errno: 1060, effect: '`b` int' },
  { sql: 'ALTER TABLE t ADD KEY new (a)', errno: 1061, effect: 'KEY `new`' },
  { sql: 'ALTER TABLE t DROP COLUMN a', errno: 1091, effect: 'DROPPED `a` int' },
  { sql: 'ALTER TABLE t DROP KEY old', errno: 1091, effect: 'DROPPED KEY `old`' },
]

describe.each(changes)('$sql', ({ sql, errno, effect }) => {
  const steps: Migration[] = [made, { version: 2, name: 'changed', sql }]
  let database: Database
  beforeEach(async () => {
    database = await emptyDatabase()
    await migrate(database.db, [made])
    return () => database.drop()
  })

  const hasEffect = async () => {
    const [row] = await database.db.query('SHOW CREATE TABLE t')
    const shown = String(row?.['Create Table'])
    return effect.startsWith('DROPPED ')
      ? !shown.includes(effect.slice('DROPPED '.length))
      : shown.includes(effect)
  }
  const kill = async (id: number) => {
    await database.db.query(`KILL ${id}`)
  }
  const isNoted = async () => (await versionsOf(database)).length === 2
  const runsToItsEnd = async () => {
    expect(await migrate(database.another(), steps)).toEqual(['changed'])
    expect([await hasEffect(), await isNoted()]).toEqual([true, true])
    expect(await migrate(database.another(), steps)).toEqual([])
  }

  test('is taken for done after its connection was killed before it was noted', async () => {
    const db = interrupted(database.another(), 'after', sql, kill)
    await expect(migrate(db, steps)).rejects.toThrow()
    expect([await hasEffect(), await isNoted()]).toEqual([true, false])
    await runsToItsEnd()
  })

  test('is taken for done after the process was killed before it was noted', async () => {
    const script = join(import.meta.dirname, 'killed-migration.ts')
    const args = [script, database.name, JSON.stringify(steps)]
    const { signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(signal, stderr).toBe('SIGKILL')
    expect([await hasEffect(), await isNoted()]).toEqual([true, false])
    await runsToItsEnd()
  })

  test('runs after its connection was killed before it took effect', async () => {
    const db = interrupted(database.another(), 'before', sql, kill)
    await expect(migrate(db, steps)).rejects.toThrow()
    expect([await hasEffect(), await isNoted()]).toEqual([false, false])
    await runsToItsEnd()
  })

  test('fails every run where its effect was there before the first', async () => {
    await database.db.query(sql)
    for (const run of [1, 2]) {
      await expect(migrate(database.another(), steps), `run ${run}`).rejects.toMatchObject({
        errno,
      })
      expect(await isNoted()).toBe(false)
    }
  })
})

test('the lock is free again after a failure, and the failure is what is thrown', async () => {
  const database = await emptyDatabase()
  try {
    const wrong: Migration = {
      version: 1,
      name: 'wrong',
      sql: 'ALTER TABLE absent ADD COLUMN b INT',
    }
    await expect(migrate(database.db, [wrong])).rejects.toMatchObject({ errno: 1146 })
    expect(await migrate(database.another(), [made])).toEqual(['made'])
  } finally {
    await database.drop()
  }
})
