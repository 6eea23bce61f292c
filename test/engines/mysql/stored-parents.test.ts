import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeOf } from '../../../functions/mysql/store.ts'
import { parents } from '../../../functions/mysql/stored-parents.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { type Parent, parentKey } from '../../../functions/protocol/model/parent.ts'
import type { StoredCounts } from '../../../functions/protocol/write/raise-head.ts'
import { application, chat, deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await migratedDatabase()
})
afterAll(() => database.drop())

async function scan(limit: number): Promise<StoredCounts[]> {
  const found: StoredCounts[] = []
  let cursor: Parent | undefined
  for (;;) {
    const page = await parents(database.db, cursor, limit)
    if (page.length === 0) return found
    expect(page.length).toBeLessThanOrEqual(limit)
    found.push(...page)
    cursor = page.at(-1)?.parent
  }
}

test('before anything is stored the root is all there is', async () => {
  expect(await scan(10)).toEqual([
    { parent: { kind: 'root' }, lastNumber: 0, childRev: 0, deleted: false },
  ])
})

test('pages of every size meet each parent once, with its greatest number and rev', async () => {
  const tokens = [newToken(), newToken(), newToken()]
  const [one = '', two = '', three = ''] = tokens
  const gone = chat(one, 2, 2)
  await storeOf(database.db).store([
    application(one, 1, 1),
    application(two, 5, 9),
    chat(one, 1, 1),
    gone,
    deletion(gone, 7),
    ...[1, 2, 3, 4, 5].map((number) => chat(two, number, number)),
    message(one, 1, 3, 3),
    edit(message(one, 1, 2, 2), 8, {}),
    message(three, 6, 1, 1),
  ])
  const found = await scan(100)
  const byKey = new Map(found.map((stored) => [parentKey(stored.parent), stored]))
  expect(byKey.size).toBe(1 + 3 + 8)
  expect(found[0]).toMatchObject({ parent: { kind: 'root' }, lastNumber: 5, childRev: 5 })
  expect(byKey.get(`app#${appKey(two)}`)).toMatchObject({ lastNumber: 5, childRev: 9 })
  expect(byKey.get(`app#${appKey(one)}`)).toMatchObject({
    number: 1,
    lastNumber: 2,
    childRev: 7,
    deleted: false,
  })
  const unknown = byKey.get(`app#${appKey(three)}`)
  expect(unknown).toEqual({
    parent: { kind: 'application', app: appKey(three) },
    lastNumber: 0,
    childRev: 0,
    deleted: false,
  })
  expect(byKey.get(`chat#${appKey(one)}#1`)).toMatchObject({ lastNumber: 3, childRev: 8 })
  expect(byKey.get(`chat#${appKey(one)}#2`)).toMatchObject({ lastNumber: 0, deleted: true })
  expect(byKey.get(`chat#${appKey(three)}#6`)).toMatchObject({ lastNumber: 1, childRev: 1 })
  for (const limit of [1, 2, 3, 7]) expect(await scan(limit)).toEqual(found)
})
