import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { parents } from '../../../functions/mysql/stored-parents.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { applicationParent, root } from '../../../functions/protocol/model/parent.ts'
import type { Rows, Store } from '../../../functions/protocol/ports/stores.ts'
import { application, chat, deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
let store: Store
let rows: Rows
let number = 0
beforeAll(async () => {
  database = await migratedDatabase()
  store = storeOf(database.db)
  rows = rowsOf(database.db)
})
afterAll(() => database.drop())

/** An application with one chat, stored. */
async function someChat() {
  const token = newToken()
  number += 1
  const made = [application(token, number, number), chat(token, 1, 1)]
  expect(await store.store(made)).toEqual([])
  const app = appKey(token)
  return { token, app, number, parent: { kind: 'chat', app, chat: 1 } as const }
}
const counts = async ({ app, number }: { app: string; number: number }) => ({
  chats: (await rows.show(root, number))?.count,
  messages: (await rows.show(applicationParent(app), 1))?.count,
})

test('creates come back whole, and the parents count them', async () => {
  const some = await someChat()
  const metadata = { z: 1, a: { y: [1, 'é', null], '10': 2.5 } }
  const made = message(some.token, 1, 1, 7, {
    body: 'Ünï \'quoted\' \\ "x"\n<b>שלום 👩‍👩‍👧 é',
    sender: 'Zoë',
    metadata,
  })
  expect(await store.store([made])).toEqual([])
  const row = await rows.show(some.parent, 1)
  expect(row).toEqual({ number: 1, rid: made.rid, rev: 7, count: 0, value: made.value })
  expect(JSON.stringify(row?.value.metadata)).toBe(JSON.stringify(metadata))
  expect(await counts(some)).toEqual({ chats: 1, messages: 1 })
  expect(await rows.applicationNumber(some.app)).toBe(some.number)
})

test('a batch that comes twice changes nothing', async () => {
  const some = await someChat()
  const batch = [
    message(some.token, 1, 1, 1),
    message(some.token, 1, 2, 2),
    message(some.token, 1, 3, 3),
  ]
  await store.store(batch)
  expect(await store.store(batch)).toEqual([])
  expect(await counts(some)).toEqual({ chats: 1, messages: 3 })
})

test.each([
  ['the create first', [0, 1, 2]],
  ['the newest edit first', [2, 0, 1]],
  ['the create last', [1, 2, 0]],
])('the greatest rev wins, %s', async (_, order) => {
  for (const together of [true, false]) {
    const some = await someChat()
    const made = message(some.token, 1, 1, 1, { body: 'made' })
    const all = [made, edit(made, 2, { body: 'second' }), edit(made, 3, { body: 'third' })]
    const changes = order.flatMap((i) => all[i] ?? [])
    const batches = together ? [changes] : changes.map((change) => [change])
    for (const batch of batches) expect(await store.store(batch)).toEqual([])
    const row = await rows.show(some.parent, 1)
    expect(row).toMatchObject({ rid: made.rid, rev: 3, value: { body: 'third' } })
    expect(await counts(some)).toEqual({ chats: 1, messages: 1 })
  }
})

test('an edit before its create is read at once, or the next edit would build on the create', async () => {
  const some = await someChat()
  const made = message(some.token, 1, 1, 1)
  await store.store([edit(made, 2, { body: 'edited' })])
  const early = { number: 1, rid: null, rev: 2, value: { body: 'edited' } }
  expect(await rows.show(some.parent, 1)).toMatchObject(early)
  expect(await rows.list(some.parent, { order: 'asc', limit: 9 })).toMatchObject([early])
  await store.store([made])
  expect(await rows.show(some.parent, 1)).toMatchObject({
    rid: made.rid,
    rev: 2,
    value: { body: 'edited' },
  })
})

test('a second create of a number writes nothing, not even with a greater rev, and is returned as a collision', async () => {
  const some = await someChat()
  const first = message(some.token, 1, 1, 1, { body: 'first' })
  const second = message(some.token, 1, 1, 900, { body: 'second' })
  const third = message(some.token, 1, 2, 2)
  await store.store([first])
  expect(await store.store([third, second])).toEqual([second])
  expect(await rows.show(some.parent, 1)).toMatchObject({
    rid: first.rid,
    rev: 1,
    value: { body: 'first' },
  })
  expect(await rows.show(some.parent, 2)).toMatchObject({ rid: third.rid })
  const [stored] = await parents(database.db, applicationParent('f'.repeat(32)), 100).then((page) =>
    page.filter(({ parent }) => parent.kind === 'chat' && parent.app === some.app),
  )
  expect(stored).toMatchObject({ lastNumber: 2, childRev: 2 })
})

test('of two creates of one number in one batch one is stored, the other returned as a collision', async () => {
  const some = await someChat()
  const batch = [
    message(some.token, 1, 1, 2, { body: 'b' }),
    message(some.token, 1, 1, 1, { body: 'a' }),
  ]
  expect(await store.store(batch)).toEqual([batch[0]])
  expect(await rows.show(some.parent, 1)).toMatchObject({ value: { body: 'a' } })
})

test('a chat whose number is taken collides, and keeps its title', async () => {
  const some = await someChat()
  const other = chat(some.token, 1, 50, { title: 'other' })
  expect(await store.store([other])).toEqual([other])
  expect(await rows.show(applicationParent(some.app), 1)).toMatchObject({ value: { title: null } })
})

test('an application whose number is taken collides, also when its chats came before it', async () => {
  const some = await someChat()
  const [token, early] = [newToken(), newToken()]
  await store.store([chat(early, 1, 1)])
  const collisions = [application(token, some.number, 1000), application(early, some.number, 1001)]
  expect(await store.store(collisions)).toEqual(collisions)
  expect(await rows.show(root, some.number)).toMatchObject({
    value: { token: some.token, name: 'a' },
  })
  expect(await rows.applicationNumber(appKey(token))).toBeUndefined()
})

test('of two applications that take one number at the same time one is stored, the other returned as a collision', async () => {
  number += 1
  const rivals = [application(newToken(), number, 1), application(newToken(), number, 2)]
  const stores = [storeOf(database.another()), storeOf(database.another())]
  const answers = await Promise.all(rivals.map((rival, i) => stores[i]?.store([rival])))
  const collided = answers.flatMap((answer) => answer ?? [])
  expect(collided).toHaveLength(1)
  const winner = rivals.find((rival) => !collided.includes(rival))
  expect(await rows.show(root, number)).toMatchObject({ rid: winner?.rid })
})

test('parents that are missing become stubs, and their creates keep what was counted', async () => {
  const token = newToken()
  const app = appKey(token)
  await store.store([message(token, 3, 5, 5)])
  expect(await rows.show(applicationParent(app), 3)).toBeUndefined()
  expect(await rows.applicationNumber(app)).toBeUndefined()
  number += 1
  await store.store([chat(token, 3, 3, { title: 'late' }), application(token, number, 2)])
  expect(await rows.show(applicationParent(app), 3)).toMatchObject({
    count: 5,
    value: { title: 'late' },
  })
  expect(await rows.show(root, number)).toMatchObject({ count: 3 })
})

test('a delete counts once and stays, whatever comes before or after it', async () => {
  const some = await someChat()
  const made = message(some.token, 1, 1, 1)
  const gone = deletion(made, 9)
  const both = [made, message(some.token, 1, 2, 2)]
  for (const batch of [[gone], both, [gone], [edit(made, 5, {})], [edit(made, 11, {}), gone]])
    expect(await store.store(batch)).toEqual([])
  const row = await rows.show(some.parent, 1)
  expect(row).toMatchObject({ rid: made.rid, value: { deleted_at: gone.value.deleted_at } })
  expect(await counts(some)).toEqual({ chats: 1, messages: 1 })
  expect(await rows.list(some.parent, { order: 'asc', limit: 9 })).toHaveLength(2)
})

test('parallel deletes of one message count once', async () => {
  const some = await someChat()
  const made = message(some.token, 1, 1, 1)
  await store.store([made, message(some.token, 1, 2, 2)])
  const stores = Array.from({ length: 4 }, () => storeOf(database.another()))
  await Promise.all(stores.map((each, i) => each.store([deletion(made, 10 + i)])))
  expect(await counts(some)).toEqual({ chats: 1, messages: 1 })
})

test('parallel batches in any order leave exact counts', async () => {
  const some = await someChat()
  const all = Array.from({ length: 60 }, (_, i) => message(some.token, 1, i + 1, i + 1))
  const stores = Array.from({ length: 3 }, () => storeOf(database.another()))
  const batches = Array.from({ length: 6 }, (_, i) =>
    all.filter((_, j) => j % 6 === i).toReversed(),
  )
  await Promise.all(
    stores.map(async (each, i) => {
      for (const batch of [batches[i], batches[i + 3], batches[i]]) await each.store(batch ?? [])
    }),
  )
  expect(await counts(some)).toEqual({ chats: 1, messages: 60 })
  expect(await rows.list(some.parent, { order: 'asc', limit: 100 })).toHaveLength(60)
})

test('a batch with a value that no column takes writes nothing', async () => {
  const some = await someChat()
  const bad = chat(some.token, 2, 2, { title: 'x'.repeat(256) })
  await expect(store.store([message(some.token, 1, 1, 1), bad])).rejects.toMatchObject({
    errno: 1406,
  })
  expect(await rows.show(some.parent, 1)).toBeUndefined()
  expect(await counts(some)).toEqual({ chats: 1, messages: 0 })
})
