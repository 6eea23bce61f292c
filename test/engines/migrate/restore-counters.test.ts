import { afterAll, beforeAll, expect, test } from 'vitest'
import { restoreCounters } from '../../../functions/migrate/restore-counters.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { parentsOf } from '../../../functions/mysql/stored-parents.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { type Parent, parseParent } from '../../../functions/protocol/model/parent.ts'
import type { Item, Table } from '../../../functions/protocol/ports/table.ts'
import { application, chat, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await migratedDatabase()
})
afterAll(() => database.drop())

/** A table that was lost: it takes what is put, and knows nothing else. */
function lostTable(): { table: Table; items: Map<string, Item> } {
  const items = new Map<string, Item>()
  const no = async () => ({ done: false as const, item: undefined })
  const table: Table = {
    get: async ({ pk }) => items.get(pk),
    batchGet: async (keys) => keys.map(({ pk }) => items.get(pk)),
    put: async ({ Item }) => {
      items.set(String(Item.pk), Item)
      return { done: true, item: undefined }
    },
    update: no,
    delete: no,
    query: async () => ({ items: [], next: undefined }),
    transact: async () => true,
  }
  return { table, items }
}
const log = () => undefined

test('a table that was lost gets every counter back, over many pages', async () => {
  const token = newToken()
  const chats = Array.from({ length: 1200 }, (_, i) => chat(token, i + 1, i + 1))
  await storeOf(database.db).store([application(token, 7, 8), ...chats, message(token, 5, 30, 40)])
  const { table, items } = lostTable()
  const restored = await restoreCounters(
    { parents: parentsOf(database.db), table, log },
    () => false,
  )
  expect(restored).toEqual({ parents: 1202, made: 1202, raised: 0, complete: true })
  expect(items.get('root')).toMatchObject({ seq: 7, rev: 7 })
  expect(items.get(`app#${appKey(token)}`)).toMatchObject({ seq: 1200, rev: 1200, number: 7 })
  expect(items.get(`chat#${appKey(token)}#5`)).toMatchObject({ seq: 30, rev: 40 })
  const again = await restoreCounters({ parents: parentsOf(database.db), table, log }, () => false)
  expect(again).toEqual({ parents: 1202, made: 0, raised: 0, complete: true })
})

test('a run whose time is over says that it is not complete', async () => {
  const { table } = lostTable()
  let pages = 0
  const restored = await restoreCounters(
    { parents: parentsOf(database.db), table, log },
    () => pages++ === 1,
  )
  expect(restored).toEqual({ parents: 1, made: 1, raised: 0, complete: false, next: 'root' })
})

test('runs that each end early come to the end, for each goes on where the one before stopped', async () => {
  const { table, items } = lostTable()
  let [runs, made] = [0, 0]
  let after: Parent | undefined
  for (let complete = false; !complete; runs++) {
    let pages = 0
    const part = await restoreCounters(
      { parents: parentsOf(database.db), table, log },
      () => pages++ === 1,
      after,
    )
    made += part.made
    complete = part.complete
    if (!complete) after = parseParent(part.next ?? '')
  }
  expect({ runs, made, items: items.size }).toEqual({ runs: 5, made: 1202, items: 1202 })
})
