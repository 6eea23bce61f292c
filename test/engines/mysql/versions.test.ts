import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeOf } from '../../../functions/mysql/store.ts'
import { versionsIn } from '../../../functions/mysql/versions.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await migratedDatabase()
})
afterAll(() => database.drop())

const token = newToken()
const made = Array.from({ length: 1_200 }, (_, i) => message(token, 1, i + 1, i + 1))

test('each stored message has the rid of its create and its newest rev, also in several statements; others have none', async () => {
  const [first] = made
  if (!first) throw new Error('no message')
  const other = message(token, 2, 1_201, 7)
  await storeOf(database.db).store([...made, edit(first, 5_000, { body: 'edited' }), other])
  const asked = [...made.map(({ number }) => number), 1_201]
  const found = await versionsIn(database.db, appKey(token), 1, asked)
  expect(found).toEqual(
    new Map(made.map(({ number, rid, rev }) => [number, { rid, rev: number === 1 ? 5_000 : rev }])),
  )
  expect((await versionsIn(database.db, appKey(token), 1, [])).size).toBe(0)
})
