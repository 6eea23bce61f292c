import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import type { Outbox } from '../../../functions/protocol/ports/stores.ts'
import { deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
let outbox: Outbox
beforeAll(async () => {
  database = await migratedDatabase()
  outbox = outboxOf(database.db)
})
afterAll(() => database.drop())
beforeEach(() => database.db.query('DELETE FROM messages'))

const token = newToken()
const key = { app: appKey(token), chat: 1 }
const numbers = (found: { number: number }[]) =>
  found.map(({ number }) => number).toSorted((a, b) => a - b)
const hourMs = 3_600_000
const unsearchable = async (sinceMs: number) =>
  numbers(await outbox.unsearchable(key.app, key.chat, sinceMs, 100))
const unindexed = async () => numbers(await outbox.unindexed(99))

test('a row is unindexed until its own rev is marked, and again after an edit or a delete', async () => {
  const made = message(token, 1, 1, 5)
  const store = storeOf(database.db)
  await store.store([made])
  const [found] = await outbox.unindexed(1)
  expect(found).toEqual({ ...key, number: 1, rid: made.rid, rev: 5, count: 0, value: made.value })
  await outbox.markIndexed([{ ...key, number: 1, rev: 4 }])
  expect(await unindexed()).toEqual([1])
  await outbox.markIndexed([{ ...key, number: 1, rev: 5 }])
  expect(await unindexed()).toEqual([])
  await store.store([edit(made, 6, { body: 'edited' })])
  expect(await unindexed()).toEqual([1])
  await outbox.markIndexed([{ ...key, number: 1, rev: 6 }])
  await store.store([deletion(made, 7)])
  expect(await outbox.unindexed(9)).toMatchObject([
    { rev: 7, value: { deleted_at: expect.any(String) } },
  ])
})

test('a mark never lowers what is indexed', async () => {
  await storeOf(database.db).store([message(token, 1, 1, 5)])
  await outbox.markIndexed([{ ...key, number: 1, rev: 5 }])
  await outbox.markIndexed([{ ...key, number: 1, rev: 3 }])
  expect(await unindexed()).toEqual([])
})

test('an edit that came before its create is in the outbox, and the create adds nothing to it', async () => {
  const made = message(token, 1, 1, 1)
  await storeOf(database.db).store([edit(made, 2, {})])
  expect(await unindexed()).toEqual([1])
  await outbox.markIndexed([{ ...key, number: 1, rev: 2 }])
  await storeOf(database.db).store([made])
  expect(await unindexed()).toEqual([])
})

test('of one chat it lists what is unindexed and what was marked since, each once', async () => {
  const made = [1, 2, 3].map((number) => message(token, 1, number, number))
  await storeOf(database.db).store([...made, message(token, 2, 1, 1), message(newToken(), 1, 1, 1)])
  await outbox.markIndexed([1, 2].map((number) => ({ ...key, number, rev: number })))
  await database.db.query(
    'UPDATE messages SET indexed_at = NOW() - INTERVAL 1 HOUR WHERE number = 1',
  )
  expect(await unsearchable(Date.now() - hourMs / 2)).toEqual([2, 3])
  expect(await unsearchable(Date.now() + hourMs)).toEqual([3])
  await database.db.query('UPDATE messages SET indexed_rev = 0 WHERE number = 2')
  expect(await unsearchable(Date.now() - hourMs / 2)).toEqual([2, 3])
})

test('many rows are marked at once', async () => {
  const made = Array.from({ length: 250 }, (_, i) => message(token, 1, i + 1, i + 1))
  await storeOf(database.db).store(made)
  await outbox.markIndexed(made.toReversed().map(({ number, rev }) => ({ ...key, number, rev })))
  expect(await unindexed()).toEqual([])
})

test('a refused row is not offered again and stays unsearchable, until an edit that is taken', async () => {
  const made = message(token, 1, 1, 5)
  const store = storeOf(database.db)
  await store.store([made])
  await outbox.markIndexed([{ ...key, number: 1, rev: 5, refused: true }])
  expect(await unindexed()).toEqual([])
  expect(await unsearchable(Date.now() + hourMs)).toEqual([1])
  await store.store([edit(made, 6, { body: 'edited' })])
  expect(await unindexed()).toEqual([1])
  expect(await unsearchable(Date.now() + hourMs)).toEqual([1])
  await outbox.markIndexed([{ ...key, number: 1, rev: 6 }])
  expect(await unsearchable(Date.now() + hourMs)).toEqual([])
})
