import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clock } from '../../../functions/clients/clock.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { unindexPage } from '../../../functions/mysql/unindex.ts'
import { indexOf } from '../../../functions/opensearch/bulk.ts'
import { refillStateOf } from '../../../functions/opensearch/refill-state.ts'
import type { StoredMessage } from '../../../functions/protocol/ports/stores.ts'
import { type ReindexPorts, reindex } from '../../../functions/reindex/reindex.ts'
import { deletion, edit, message, newToken } from '../changes.ts'
import { recording } from '../mysql.ts'
import { type Engines, engines } from './engines.ts'

let at: Engines
beforeEach(async () => {
  at = await engines()
})
afterEach(() => at.drop())

const never = Number.POSITIVE_INFINITY
/** As if the index had been made a minute ago. */
const later = { now: () => clock.now() + 60_000 }

const portsOf = (more: Partial<ReindexPorts> = {}): ReindexPorts => ({
  outbox: at.outbox,
  index: at.index,
  refillState: refillStateOf(at.client, at.names),
  unindexPage: (after) => unindexPage(at.database.db, after, 7),
  clock: later,
  log: () => undefined,
  count: () => undefined,
  ...more,
})

/** Messages in several chats; every tenth is deleted. */
async function storeMessages(count: number): Promise<void> {
  const token = newToken()
  const changes = Array.from({ length: count }, (_, i) =>
    message(token, (i % 3) + 1, i + 1, i + 1, { body: `m ${i}` }),
  )
  await storeOf(at.database.db).store(
    changes.map((change, i) => (i % 10 === 9 ? deletion(change, i + 1) : change)),
  )
}

async function documents(): Promise<number> {
  await at.refresh()
  return (await at.client.count({ index: at.names.index })).body.count
}
const isComplete = async (): Promise<boolean> =>
  (await refillStateOf(at.client, at.names).read()).complete

describe('a run', () => {
  test('gives the index everything the outbox lists, and then finds nothing', async () => {
    await storeMessages(501)
    expect(await reindex(portsOf(), never)).toEqual({ indexed: 501, refused: 0, done: true })
    expect(await documents()).toBe(501)
    expect(await reindex(portsOf(), never)).toEqual({ indexed: 0, refused: 0, done: true })
  })

  test('stops when the index is away, and loses nothing', async () => {
    await storeMessages(30)
    const away = indexOf(undefined, clock)
    expect(await reindex(portsOf({ index: away }), never)).toEqual({
      indexed: 0,
      refused: 0,
      done: false,
    })
    expect(await reindex(portsOf(), never)).toMatchObject({ indexed: 30, done: true })
  })

  test('stops when its time is up, and the next goes on', async () => {
    await storeMessages(30)
    expect(await reindex(portsOf({ clock: { now: () => 5 } }), 5)).toEqual({
      indexed: 0,
      refused: 0,
      done: false,
    })
    expect(await reindex(portsOf(), never)).toMatchObject({ indexed: 30, done: true })
  })

  test('passes over messages that are refused, logs them, and is not held up by them', async () => {
    await storeMessages(450)
    const counted: number[] = []
    const told: unknown[] = []
    const refusing = {
      bulk: async (messages: StoredMessage[]) => {
        const outcomes = await at.index.bulk(messages)
        return messages.map(({ number }, i) =>
          number <= 300 ? 'refused' : (outcomes[i] ?? 'later'),
        )
      },
    }
    const ports = portsOf({
      index: refusing,
      log: (event, fields) => told.push([event, fields?.number]),
      count: ({ IndexRefused }) => counted.push(IndexRefused),
    })
    expect(await reindex(ports, never)).toEqual({ indexed: 150, refused: 300, done: true })
    expect(counted.reduce((a, b) => a + b)).toBe(300)
    expect(told).toContainEqual(['index_refused_for_good', 300])
  })

  test('beside another run and a writer leaves the newest of each', async () => {
    const token = newToken()
    const first = Array.from({ length: 60 }, (_, i) =>
      message(token, 1, i + 1, i + 1, { body: 'old' }),
    )
    const store = storeOf(at.database.another())
    await store.store(first)
    const edits = first.map((change, i) => edit(change, 100 + i, { body: 'new' }))
    await Promise.all([reindex(portsOf(), never), reindex(portsOf(), never), store.store(edits)])
    await reindex(portsOf(), never)
    await at.refresh()
    const term = (body: string) => ({
      index: at.names.index,
      body: { query: { term: { 'body.g3': body } } },
    })
    expect((await at.client.count(term('new'))).body.count).toBe(60)
    expect((await at.client.count(term('old'))).body.count).toBe(0)
    expect(await at.outbox.unindexed(1)).toEqual([])
  })
})

describe('an index that was lost', () => {
  test('is made anew, is not searched before the outbox lists all rows, and is filled', async () => {
    await storeMessages(100)
    await reindex(portsOf(), never)
    await at.client.indices.delete({ index: at.names.index })
    // The first run comes too soon after the index was made: a batch of persist may still mark what
    // the lost index took.
    expect(await reindex(portsOf({ clock }), never)).toMatchObject({ done: false })
    expect(await isComplete()).toBe(false)
    expect(await reindex(portsOf(), never)).toMatchObject({ done: true })
    expect(await isComplete()).toBe(true)
    expect(await documents()).toBe(100)
  })

  test('goes on where the last run stopped', async () => {
    await storeMessages(100)
    await reindex(portsOf(), never)
    await at.client.indices.delete({ index: at.names.index })
    let pages = 0
    const counting = (after: Parameters<ReindexPorts['unindexPage']>[0]) => {
      pages++
      return unindexPage(at.database.db, after, 7)
    }
    const halting = { now: () => (pages % 6 === 5 ? never : later.now()) }
    await reindex(portsOf({ unindexPage: counting, clock: halting }), never)
    expect([pages, await isComplete()]).toEqual([5, false])
    await reindex(portsOf({ unindexPage: counting }), never)
    // 100 rows are 15 pages of 7, and one that finds the end.
    expect([pages, await isComplete(), await documents()]).toEqual([16, true, 100])
  })

  test('of an empty system is complete at once', async () => {
    await at.client.indices.delete({ index: at.names.index })
    await reindex(portsOf({ clock }), never)
    expect(await isComplete()).toBe(true)
  })
})

test('an operator has everything indexed again', async () => {
  await storeMessages(100)
  await reindex(portsOf(), never)
  await at.client.deleteByQuery({
    index: at.names.index,
    refresh: true,
    body: { query: { match_all: {} } },
  })
  expect(await reindex(portsOf(), never)).toMatchObject({ indexed: 0, done: true })
  expect(await reindex(portsOf(), never, true)).toEqual({ indexed: 100, refused: 0, done: true })
  expect([await documents(), await isComplete()]).toEqual([100, true])
})

test('pages of rows are read and put back by the key, in its order', async () => {
  await storeMessages(600)
  await at.database.db.query('ANALYZE TABLE messages')
  const { db, statements } = recording(at.database.db)
  await unindexPage(db, { app: '7'.repeat(32), chat: 1, number: 1 })
  await unindexPage(db, undefined, 7)
  expect(statements.length).toBeGreaterThanOrEqual(3)
  for (const { sql, values } of statements) {
    const plan = JSON.stringify(await at.database.db.query(`EXPLAIN ${sql}`, values))
    expect(plan).toContain('PRIMARY')
    expect(plan).not.toContain('filesort')
  }
})
