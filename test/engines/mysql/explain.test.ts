import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { findInRows } from '../../../functions/mysql/search-rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { parents } from '../../../functions/mysql/stored-parents.ts'
import { unindexPage } from '../../../functions/mysql/unindex.ts'
import { versionsIn } from '../../../functions/mysql/versions.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { application, chat, deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase, recording, type Statement } from '../mysql.ts'

/**
 * 10,000 messages in 100 chats of 20 applications, all indexed an hour ago; 1,000 applications
 * without any.
 */
let database: Database
const tokens = Array.from({ length: 20 }, newToken)
const [token = ''] = tokens
const app = appKey(token)
beforeAll(async () => {
  database = await migratedDatabase()
  const store = storeOf(database.db)
  for (const [i, each] of tokens.entries()) {
    const chats = [1, 2, 3, 4, 5]
    await store.store([application(each, i + 1, i + 1), ...chats.map((n) => chat(each, n, n))])
    for (const n of chats)
      await store.store(Array.from({ length: 100 }, (_, j) => message(each, n, j + 1, j + 1)))
  }
  await database.db.query(
    `UPDATE messages SET indexed_rev = rev, indexed_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR`,
  )
  await database.db.query('ANALYZE TABLE applications, chats, messages')
  // The optimizer counts entries of the key that are deleted and not yet purged; before the purge
  // it would choose other plans.
  await vi.waitFor(
    async () => expect(await estimated('SELECT 1 FROM messages WHERE unindexed = 1')).toBe(1),
    {
      timeout: 60_000,
    },
  )
}, 120_000)
afterAll(() => database.drop())

/**
 * What the statement does to each table, by MySQL's own plan; temporary tables and constants apart.
 */
async function plan({ sql, values }: Statement) {
  const rows = await database.db.query(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, values)
  return rows.filter(
    ({ table }) => typeof table === 'string' && /^(applications|chats|messages)$/.test(table),
  )
}

const estimated = async (sql: string) => Number((await plan({ sql, values: [] }))[0]?.rows)

const isPlain = ({ sql }: Statement) => /^\s*\(?\s*(SELECT|UPDATE|INSERT)/.test(sql)

/** Every statement that `work` sends reads by a key, and no more rows than the least needed. */
async function expectKeys(
  work: (noted: ReturnType<typeof recording>) => Promise<unknown>,
  most: number,
) {
  const noted = recording(database.db)
  await work(noted)
  const statements = noted.statements.filter(isPlain)
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    for (const step of await plan(statement)) {
      if (step.select_type === 'INSERT') continue
      expect(step, statement.sql).toMatchObject({ key: expect.any(String) })
      expect(step.type, statement.sql).not.toMatch(/^(ALL|index)$/)
      expect(Number(step.rows), statement.sql).toBeLessThanOrEqual(most)
      expect(String(step.Extra), statement.sql).not.toMatch(/filesort|temporary/)
    }
  }
}

const ranges = [
  { order: 'asc', limit: 50 },
  { order: 'desc', limit: 50 },
  { after: 40, order: 'asc', limit: 5 },
  { before: 60, order: 'asc', limit: 5 },
  { after: 40, before: 60, order: 'desc', limit: 5 },
] as const

test('show and list use the keys', async () => {
  await expectKeys(async ({ db }) => {
    const rows = rowsOf(db)
    await rows.applicationNumber(app)
    await rows.show({ kind: 'root' }, 3)
    await rows.show({ kind: 'application', app }, 3)
    await rows.show({ kind: 'chat', app, chat: 3 }, 50)
    for (const range of ranges) {
      await rows.list({ kind: 'root' }, range)
      await rows.list({ kind: 'application', app }, range)
      await rows.list({ kind: 'chat', app, chat: 3 }, range)
    }
  }, 100)
})

test('the outbox is found among 10,000 rows without reading them', async () => {
  await database.db.query(
    'UPDATE messages SET indexed_rev = 0 WHERE app = ? AND chat = 2 AND number < 6',
    [Buffer.from(app, 'hex')],
  )
  await expectKeys(async ({ db }) => {
    const outbox = outboxOf(db)
    expect(await outbox.unindexed(100)).toHaveLength(5)
    expect(await outbox.unsearchable(app, 2, Date.now() - 10_000, 100)).toHaveLength(5)
    await outbox.markIndexed([1, 2, 3].map((number) => ({ app, chat: 2, number, rev: number })))
    expect(await outbox.unsearchable(app, 2, Date.now() - 3_000_000, 100)).toHaveLength(5)
  }, 10)
})

test('the versions of some messages are found by the key', async () => {
  await expectKeys(({ db }) => versionsIn(db, app, 3, [1, 50, 99, 5_000]), 10)
})

test('a batch of persist uses the keys', async () => {
  const edits = [1, 2, 3].map((number) =>
    edit(message(token, 1, number, number), 1000 + number, {}),
  )
  await expectKeys(
    ({ db }) =>
      storeOf(db).store([
        ...edits,
        deletion(message(token, 1, 9, 9), 2000),
        message(token, 1, 101, 101),
        message(newToken(), 1, 1, 1),
        chat(token, 6, 6),
        deletion(chat(token, 5, 5), 3000),
        application(newToken(), 21, 21),
      ]),
    10,
  )
})

test('the scan of all parents pages by the primary keys', async () => {
  await expectKeys(async ({ db }) => {
    await parents(db, { kind: 'root' }, 10)
    await parents(db, { kind: 'application', app }, 10)
    await parents(db, { kind: 'chat', app, chat: 2 }, 10)
  }, 110)
})

test('a search in MySQL reads no other chat', async () => {
  const wanted = { app, chat: 3, after: undefined, limit: 10, without: new Set<number>() }
  await expectKeys(async ({ db }) => {
    const { total } = await findInRows(db, { terms: ['message 1'], order: 'newest' }, wanted)
    expect(total).toBe(12)
  }, 110)
})

test('filling the index anew walks the primary key', async () => {
  await expectKeys(({ db }) => unindexPage(db, { app, chat: 4, number: 50 }, 10), 10_000)
})

test('the counts of the root are read at the end of a key', async () => {
  const noted = recording(database.db)
  await parents(noted.db, undefined, 10)
  const steps = await Promise.all(
    noted.statements.map(({ sql, values }) => database.db.query(`EXPLAIN ${sql}`, values)),
  )
  const extras = steps.flat().map(({ Extra }) => Extra)
  expect(extras).toEqual(['Select tables optimized away'])
})
