import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../../functions/mysql/migrate.ts'
import { migrations } from '../../../functions/mysql/migrations/index.ts'
import { type Database, emptyDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await emptyDatabase()
})
afterAll(() => database.drop())

const names = migrations.map((migration) => migration.name)

test('versions are numbered from 1 without a gap', () => {
  expect(migrations.map((migration) => migration.version)).toEqual(names.map((_, i) => i + 1))
})

test('of parallel migrations one applies each version and the others find nothing to do', async () => {
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.another())))
  expect(applied.flat()).toEqual(names)
  const rows = await database.db.query('SELECT version, name FROM schema_versions ORDER BY version')
  expect(rows).toEqual(migrations.map(({ version, name }) => ({ version, name })))
})

test('a migration that was killed before it noted its version runs again', async () => {
  await database.db.query('DELETE FROM schema_versions WHERE version = ?', [names.length])
  expect(await migrate(database.db)).toEqual(names.slice(-1))
  expect(await migrate(database.db)).toEqual([])
})
