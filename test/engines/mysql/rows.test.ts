import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { root } from '../../../functions/protocol/model/parent.ts'
import type { Range } from '../../../functions/protocol/model/row.ts'
import type { Rows } from '../../../functions/protocol/ports/stores.ts'
import { application, chat, deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
let rows: Rows
const token = newToken()
const app = appKey(token)
const parent = { kind: 'chat', app, chat: 1 } as const
/**
 * Messages 1 to 9: 5 is deleted, 7 has not arrived, and of 8 only an edit has. Chat 4 is known only
 * by a message in it.
 */
const all = Array.from({ length: 9 }, (_, i) => message(token, 1, i + 1, i + 1))
beforeAll(async () => {
  database = await migratedDatabase()
  rows = rowsOf(database.db)
  const [fifth, seventh, eighth] = [all[4], all[6], all[7]]
  await storeOf(database.db).store([
    application(token, 1, 1),
    application(newToken(), 2, 2),
    chat(token, 1, 1),
    chat(token, 2, 2, { title: 'Zwei' }),
    ...all.filter((made) => made !== seventh && made !== eighth),
    message(token, 4, 1, 1),
    ...(fifth ? [deletion(fifth, 20)] : []),
    ...(eighth ? [edit(eighth, 21, {})] : []),
  ])
})
afterAll(() => database.drop())

test.each<[string, Range, number[]]>([
  ['all, ascending', { order: 'asc', limit: 99 }, [1, 2, 3, 4, 5, 6, 8, 9]],
  ['all, descending', { order: 'desc', limit: 99 }, [9, 8, 6, 5, 4, 3, 2, 1]],
  ['the first', { order: 'asc', limit: 2 }, [1, 2]],
  ['the last', { order: 'desc', limit: 2 }, [9, 8]],
  ['those above a number, ascending', { after: 3, order: 'asc', limit: 2 }, [4, 5]],
  ['those above a number, descending', { after: 3, order: 'desc', limit: 2 }, [9, 8]],
  ['those below a number, descending', { before: 6, order: 'desc', limit: 2 }, [5, 4]],
  ['those below a number, ascending', { before: 6, order: 'asc', limit: 2 }, [1, 2]],
  ['between, ascending', { after: 2, before: 6, order: 'asc', limit: 2 }, [3, 4]],
  ['between, descending', { after: 2, before: 6, order: 'desc', limit: 2 }, [5, 4]],
  ['above 0', { after: 0, order: 'asc', limit: 1 }, [1]],
  ['above all', { after: Number.MAX_SAFE_INTEGER, order: 'asc', limit: 1 }, []],
  ['past a number that has not come', { after: 6, order: 'asc', limit: 1 }, [8]],
])('lists %s', async (_, range, expected) => {
  expect((await rows.list(parent, range)).map((row) => row.number)).toEqual(expected)
})

test('lists applications and chats by their numbers', async () => {
  const range = { after: 1, order: 'asc', limit: 9 } as const
  expect((await rows.list({ kind: 'root' }, range)).map((row) => row.number)).toEqual([2])
  expect(await rows.list({ kind: 'application', app }, range)).toMatchObject([
    { number: 2, count: 0, value: { title: 'Zwei', metadata: null } },
  ])
})

test('shows tombstones, and neither stubs that only count their children nor what is not there', async () => {
  expect(await rows.show(parent, 5)).toMatchObject({
    value: { deleted_at: '2026-02-03T04:05:06.789Z' },
  })
  expect(await rows.show(parent, 7)).toBeUndefined()
  expect(await rows.show({ kind: 'application', app }, 4)).toBeUndefined()
  expect(await rows.show(parent, 10)).toBeUndefined()
  expect(await rows.show({ kind: 'chat', app: 'f'.repeat(32), chat: 1 }, 1)).toBeUndefined()
  expect(await rows.show(root, 1)).toMatchObject({ value: { token } })
})

test('every character comes back as it was stored', async () => {
  const bodies = [
    '\\\'"`%_\\%;--\u0001\u001f\r\n\t',
    '\ufffe\uffff\u{10ffff}\ufeff',
    'é é ﬁ İıſK',
    '👩🏽‍🚀🇩🇪',
    ' x ',
  ]
  const made = bodies.map((body, i) =>
    message(token, 3, i + 1, i + 1, {
      body,
      sender: body,
      metadata: { [body]: [body, 1e-7, 0.1] },
    }),
  )
  await storeOf(database.db).store(made)
  const found = await rows.list({ kind: 'chat', app, chat: 3 }, { order: 'asc', limit: 9 })
  expect(found.map((row) => row.value)).toEqual(made.map((change) => change.value))
})
