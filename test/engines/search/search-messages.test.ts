import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { searchQuery } from '../../../functions/api/schemas/queries.ts'
import { clock } from '../../../functions/clients/clock.ts'
import { openSearchAt } from '../../../functions/clients/opensearch.ts'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { mysqlSearchOf } from '../../../functions/mysql/mysql-search.ts'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { indexSearchOf } from '../../../functions/opensearch/index-search.ts'
import { refillStateOf } from '../../../functions/opensearch/refill-state.ts'
import { Problem } from '../../../functions/problems/problem.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import type { StoredMessage } from '../../../functions/protocol/ports/stores.ts'
import { overlayLimits, type SearchPorts } from '../../../functions/read/find-messages.ts'
import { searchMessages } from '../../../functions/read/search-messages.ts'
import { type ReindexPorts, reindex } from '../../../functions/reindex/reindex.ts'
import { deletion, edit, message, newToken } from '../changes.ts'
import { type Engines, engines, filledChat, storedOf } from './engines.ts'
import { tableWith } from './waiting.ts'

let at: Engines
beforeAll(async () => {
  at = await engines()
})
afterAll(() => at.drop())

const silent = () => undefined
const noIndex = indexSearchOf(undefined, clock, silent)

function portsOf(
  token: string,
  waiting: Change[] = [],
  more: Partial<SearchPorts> = {},
): SearchPorts {
  return {
    table: tableWith(token, waiting),
    rows: rowsOf(at.database.db),
    clock,
    index: indexSearchOf(at.client, clock, silent, { names: at.names }),
    overlayLimits,
    ...mysqlSearchOf(at.database.db),
    ...more,
  }
}

const answered = v.object({
  data: v.array(
    v.object({
      number: v.number(),
      body: v.string(),
      status: v.string(),
      highlights: v.array(v.object({ start: v.number(), end: v.number() })),
      highlights_truncated: v.boolean(),
    }),
  ),
  page: v.object({ next: v.nullable(v.string()), prev: v.null(), total: v.number() }),
  engine: v.picklist(['opensearch', 'mysql']),
})

async function search(ports: SearchPorts, token: string, query: Record<string, string>) {
  const answer = await searchMessages(ports, {
    method: 'GET',
    path: { token, chat: 1, message: 0 },
    query: v.parse(searchQuery, query),
    body: () => undefined,
    headers: {},
    requestId: 'r',
  })
  const body = v.parse(answered, answer.body)
  expect(answer.headers?.Link).toBe(
    body.page.next === null ? undefined : `<${body.page.next}>; rel="next"`,
  )
  return { ...body, numbers: body.data.map((hit) => hit.number) }
}

const wait = <V extends MessageValue>(change: Change<V>, value: Partial<V>, rev: number) =>
  edit(change, rev, value)
/** A clock by which everything was indexed long ago: the index alone answers. */
const later = { now: () => clock.now() + 60_000 }

describe('a search', () => {
  test('returns whole representations with highlights, newest first, and names the engine', async () => {
    const { token } = await filledChat(at, [
      { body: 'red fish' },
      { body: 'blue' },
      { body: 'Fish, fish' },
    ])
    const found = await search(portsOf(token, [], { clock: later }), token, { q: 'FISH' })
    expect(found).toMatchObject({
      numbers: [3, 1],
      engine: 'opensearch',
      page: { next: null, total: 2 },
    })
    expect(found.data[0]).toEqual({
      number: 3,
      body: 'Fish, fish',
      status: 'stored',
      highlights: [
        { start: 0, end: 4 },
        { start: 6, end: 10 },
      ],
      highlights_truncated: false,
    })
  })

  test('finds words in any order, and the fullest message first by best', async () => {
    const { token } = await filledChat(at, [
      { body: 'green tea, green green' },
      { body: 'tea that is green' },
      { body: 'coffee' },
    ])
    const ports = portsOf(token, [], { clock: later })
    expect((await search(ports, token, { q: 'tea green', mode: 'words' })).numbers).toEqual([2, 1])
    expect(
      (await search(ports, token, { q: 'green tea', mode: 'words', order: 'best' })).numbers,
    ).toEqual([1, 2])
    expect((await search(ports, token, { q: 'green tea' })).numbers).toEqual([1])
  })

  test('returns equal hits from MySQL where there is no index, or where it does not respond', async () => {
    const { token } = await filledChat(at, [{ body: 'aéa' }, { body: 'b' }, { body: 'ÉÉ' }])
    const nobody = openSearchAt('http://127.0.0.1:1')
    const bySearch = await search(portsOf(token), token, { q: 'é', order: 'best' })
    for (const index of [noIndex, indexSearchOf(nobody, clock, silent)]) {
      const byMysql = await search(portsOf(token, [], { index }), token, { q: 'é', order: 'best' })
      expect(byMysql).toEqual({ ...bySearch, engine: 'mysql' })
    }
    expect(bySearch).toMatchObject({ engine: 'opensearch', numbers: [3, 1] })
  })

  test('that takes OpenSearch too long is searched by MySQL, and the next are sent to it again', async () => {
    const { token } = await filledChat(at, [{ body: 'red' }])
    const index = indexSearchOf(at.client, clock, silent, { names: at.names, timeoutMs: 1 })
    for (let i = 0; i < 5; i++) {
      const found = await search(portsOf(token, [], { index }), token, { q: 'red' })
      expect(found).toMatchObject({ engine: 'mysql', numbers: [1] })
      expect(index.available()).toBe(true)
    }
  })

  test('of a chat that is not there is 404, and with a malformed cursor 400', async () => {
    const token = newToken()
    await expect(search(portsOf(newToken()), token, { q: 'a' })).rejects.toMatchObject({
      status: 404,
    })
    const { token: known } = await filledChat(at, [{ body: 'a' }])
    for (const query of [{ after: 'xyz' }, { order: 'best', after: 'bjE' }]) {
      const refused = search(portsOf(known), known, { q: 'a', ...query })
      await expect(refused).rejects.toBeInstanceOf(Problem)
      await expect(refused).rejects.toMatchObject({ status: 400 })
    }
  })
})

describe('straight after a write', () => {
  test.each(['opensearch', 'mysql'] as const)(
    'a create that waits is found, an edit replaces, and a delete removes, by %s',
    async (engine) => {
      const { token, changes } = await filledChat(
        at,
        Array.from({ length: 4 }, () => ({ body: 'red' })),
      )
      const [first, second, third] = changes
      if (!first || !second || !third) throw new Error('no chat')
      const waiting = [
        wait(first, { body: 'blue' }, 10),
        wait(second, { body: 'red, red' }, 11),
        deletion(third, 12),
        message(token, 1, 5, 13, { body: 'RED' }),
        message(token, 1, 6, 14, { body: 'green' }),
      ]
      const index = engine === 'mysql' ? { index: noIndex } : {}
      const found = await search(portsOf(token, waiting, { clock: later, ...index }), token, {
        q: 'red',
      })
      expect(found).toMatchObject({ engine, numbers: [5, 4, 2], page: { total: 3 } })
      expect(found.data.map((hit) => hit.status)).toEqual(['accepted', 'stored', 'accepted'])
      expect(found.data[2]).toMatchObject({ body: 'red, red' })
    },
  )

  test.each(['opensearch', 'mysql'] as const)(
    'what waits does not take the place of something newer that is stored, by %s',
    async (engine) => {
      const { token, changes } = await filledChat(at, [
        { body: 'red' },
        { body: 'red' },
        { body: 'red' },
      ])
      const [first, second, third] = changes
      if (!first || !second || !third) throw new Error('no chat')
      const newer = [
        edit(first, 11, { body: 'blue' }),
        deletion(second, 12),
        edit(third, 13, { body: 'reds' }),
      ]
      await storeOf(at.database.db).store(newer)
      await at.index.bulk(newer.map(storedOf))
      await at.outbox.markIndexed(newer.map(storedOf))
      await at.refresh()
      // Settling the creates failed; their edits were settled long ago.
      const index = engine === 'mysql' ? { index: noIndex } : {}
      const found = await search(portsOf(token, changes, { clock: later, ...index }), token, {
        q: 'red',
      })
      expect(found).toMatchObject({ engine, numbers: [3], page: { total: 1 } })
      expect(found.data[0]).toMatchObject({ body: 'reds', status: 'stored' })
    },
  )

  test('rows that the index has not got yet, or got just now, are found as they are', async () => {
    const { token, app, changes } = await filledChat(at, [
      { body: 'red' },
      { body: 'red' },
      { body: 'blue' },
    ])
    const [first, second, third] = changes
    if (!first || !second || !third) throw new Error('no chat')
    const edits = [
      deletion(first, 11),
      edit(second, 12, { body: 'no more' }),
      edit(third, 13, { body: 'red' }),
    ]
    await storeOf(at.database.db).store(edits)
    // Without a refresh the index has the first of them and shows none.
    await at.outbox.markIndexed([{ app, chat: 1, number: 1, rev: 11 }])
    expect(await search(portsOf(token), token, { q: 'red' })).toMatchObject({
      engine: 'opensearch',
      numbers: [3],
      page: { total: 1 },
    })
  })

  test('a document that the index refuses is found long after reindex has passed over it', async () => {
    const { token, app, changes } = await filledChat(at, [{ body: 'red' }, { body: 'red' }])
    const [first] = changes
    if (!first) throw new Error('no chat')
    const run = {
      outbox: at.outbox,
      refillState: refillStateOf(at.client, at.names),
      log: silent,
      count: silent,
    }
    const pass = (index: ReindexPorts['index']) =>
      reindex(
        { ...run, index, unindexPage: async () => undefined, clock: later },
        Number.POSITIVE_INFINITY,
      )
    await pass(at.index)
    // Its older version is in the index; what it is now is refused.
    await storeOf(at.database.db).store([edit(first, 3, { body: 'blue' })])
    const refusing = { bulk: async (rows: StoredMessage[]) => rows.map(() => 'refused' as const) }
    expect(await pass(refusing)).toEqual({ indexed: 0, refused: 1, done: true })
    expect(await pass(refusing)).toEqual({ indexed: 0, refused: 0, done: true })
    const ports = portsOf(token, [], { clock: later })
    expect(await search(ports, token, { q: 'blue' })).toMatchObject({
      engine: 'opensearch',
      numbers: [1],
    })
    expect(await search(ports, token, { q: 'red' })).toMatchObject({
      engine: 'opensearch',
      numbers: [2],
    })
    expect(await at.outbox.unsearchable(app, 1, later.now(), 9)).toHaveLength(1)
  })

  test('an overlay larger than a search may load is left to MySQL', async () => {
    const { token, changes } = await filledChat(at, [{ body: 'red' }])
    const many = Array.from({ length: 2_000 }, (_, i) =>
      message(token, 1, i + 2, i + 2, { body: 'red' }),
    )
    const unsearchable = async () => many.map(storedOf)
    await storeOf(at.database.db).store(many.slice(0, 9))
    const found = await search(portsOf(token, [], { unsearchable }), token, { q: 'red' })
    expect(changes).toHaveLength(1)
    expect(found).toMatchObject({ engine: 'mysql', page: { total: 10 } })
  })

  test('the total is exact and each message is found also while tens of thousands wait', async () => {
    const { token } = await filledChat(at, [{ body: 'red' }, { body: 'red' }])
    const waiting = Array.from({ length: 70_000 }, (_, i) => i + 2)
    const index = indexSearchOf(at.client, clock, silent, { names: at.names })
    const without = new Set(waiting)
    const wanted = { app: appKey(token), chat: 1, after: undefined, limit: 9, without }
    expect(await index.find({ terms: ['red'], order: 'newest' }, wanted)).toMatchObject({
      total: 1,
      hits: [{ number: 1 }],
    })
  })
})

describe('a search that would be too much', () => {
  const counted = (waiting: Change[], token: string) => {
    const table = tableWith(token, waiting)
    let requests = 0
    const batchGet: typeof table.batchGet = (keys) => {
      requests += keys.filter((key) => key.pk.startsWith('req#')).length
      return table.batchGet(keys)
    }
    return { table: { ...table, batchGet }, requests: () => requests }
  }

  test('of a chat in which more than 1,000 requests wait is 503, and says when to come back', async () => {
    const { token } = await filledChat(at, [{ body: 'red' }])
    const waiting = Array.from({ length: 1_001 }, (_, i) =>
      message(token, 1, i + 2, i + 2, { body: 'red' }),
    )
    expect((await search(portsOf(token, waiting.slice(1)), token, { q: 'red' })).page.total).toBe(
      1_001,
    )
    const refused = search(portsOf(token, waiting), token, { q: 'red' })
    await expect(refused).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '10' } })
  })

  test('reads no bodies that wait while MySQL is away', async () => {
    const { token } = await filledChat(at, [{ body: 'red' }])
    const { table, requests } = counted([message(token, 1, 2, 2, { body: 'red' })], token)
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    const ports = portsOf(token, [], { table, ready: () => Promise.reject(away) })
    await expect(search(ports, token, { q: 'red' })).rejects.toBe(away)
    expect(requests()).toBe(0)
    expect(
      (await search({ ...ports, ready: async () => undefined }, token, { q: 'red' })).numbers,
    ).toEqual([2, 1])
    expect(requests()).toBeGreaterThan(0)
  })

  test('that takes MySQL longer than there is time is 503, never a count of a part', async () => {
    const { token } = await filledChat(at, [{ body: 'red' }, { body: 'red' }])
    let now = 0
    const slow: SearchPorts['rowSearch'] = (criteria, wanted, leftMs) => {
      now += 8_000
      return mysqlSearchOf(at.database.db).rowSearch(criteria, wanted, leftMs)
    }
    const ports = portsOf(token, [], { index: noIndex, rowSearch: slow, clock: { now: () => now } })
    const refused = search(ports, token, { q: 'red' })
    await expect(refused).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '30' } })
  })

  test('leaves nothing running in MySQL, though a statement was when its time was up', async () => {
    const token = newToken()
    const changes = Array.from({ length: 1_500 }, (_, i) =>
      message(token, 1, i + 1, i + 1, { body: 'a'.repeat(16_384) }),
    )
    for (let i = 0; i < changes.length; i += 100)
      await storeOf(at.database.db).store(changes.slice(i, i + 100))
    const watching = at.database.another()
    const running = async () => {
      const [row] = await watching.query(
        `SELECT COUNT(*) AS n FROM information_schema.processlist
         WHERE info LIKE '%aaaaaaaab%' AND id <> CONNECTION_ID()`,
      )
      return row?.n
    }
    // All but a second of the search's eight is over once it has begun.
    let asked = 0
    const late = { now: () => clock.now() + (asked++ === 0 ? 0 : 7_000) }
    const ports = portsOf(token, [], { index: noIndex, clock: late })
    const refused = search(ports, token, { q: `${'a'.repeat(255)}b` }).catch((error) => error)
    await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 5_000, interval: 20 })
    expect(await refused).toMatchObject({ status: 503, headers: { 'Retry-After': '30' } })
    expect(await running()).toBe(0)
  })

  test('of which too many run in MySQL is 503, and says when to come back', async () => {
    const { token, app } = await filledChat(at, [{ body: 'red' }])
    const others = [at.database.another(), at.database.another()]
    for (const [i, other] of others.entries())
      await other.query(`SELECT GET_LOCK('search:${app}:${i}', 0)`)
    const refused = search(portsOf(token, [], { index: noIndex }), token, { q: 'red' })
    await expect(refused).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '2' } })
    // OpenSearch's searches need no turn.
    const byIndex = await search(portsOf(token, [], { clock: later }), token, { q: 'red' })
    expect(byIndex).toMatchObject({ engine: 'opensearch', numbers: [1] })
    for (const other of others) other.renew()
  })

  test.each(['opensearch', 'mysql'] as const)(
    'of a thousand long bodies of nothing but the term comes in pages, none lost, by %s',
    async (engine) => {
      const token = newToken()
      const changes = Array.from({ length: 1_000 }, (_, i) =>
        message(token, 1, i + 1, i + 1, { body: 'a'.repeat(16_384) }),
      )
      for (let i = 0; i < changes.length; i += 100) {
        await storeOf(at.database.db).store(changes.slice(i, i + 100))
        await at.index.bulk(changes.slice(i, i + 100).map(storedOf))
      }
      await at.outbox.markIndexed(changes.map(storedOf))
      await at.refresh()
      const more = engine === 'mysql' ? { index: noIndex } : { clock: later }
      let asked = 0
      const ports = portsOf(token, [], more)
      const index: SearchPorts['index'] = {
        ...ports.index,
        async find(criteria, wanted) {
          const found = await ports.index.find(criteria, wanted)
          asked = Math.max(asked, found?.hits.length ?? 0)
          return found
        },
      }
      const seen: number[] = []
      for (let next: string | null = '?q=a&limit=1000'; next !== null; ) {
        const query = Object.fromEntries(new URLSearchParams(next))
        const page = await search({ ...ports, index }, token, query)
        expect(page).toMatchObject({ engine, page: { total: 1_000 } })
        expect(page.data[0]).toMatchObject({ highlights_truncated: true })
        expect(Buffer.byteLength(JSON.stringify(JSON.stringify(page)))).toBeLessThan(
          6 * 1024 * 1024,
        )
        seen.push(...page.numbers)
        next = page.page.next
      }
      expect(seen).toEqual(changes.map((change) => change.number).reverse())
      // 6 MiB of bodies of 16 KiB, and not all of them.
      expect(asked).toBeLessThan(450)
    },
  )
})

describe('a walk by cursor', () => {
  const walk = async (ports: SearchPorts, token: string, query: Record<string, string>) => {
    const numbers: number[] = []
    const totals = new Set<number>()
    let next: string | null = `?${new URLSearchParams(query)}`
    for (; next !== null; ) {
      const page = await search(ports, token, Object.fromEntries(new URLSearchParams(next)))
      numbers.push(...page.numbers)
      totals.add(page.page.total)
      next = page.page.next
    }
    return { numbers, totals: [...totals] }
  }

  test.each([
    ['opensearch', 'newest'],
    ['opensearch', 'best'],
    ['mysql', 'newest'],
    ['mysql', 'best'],
  ] as const)('sees each hit once, by %s, %s first', async (engine, order) => {
    const bodies = Array.from({ length: 120 }, (_, i) => ({
      body: i % 3 === 0 ? 'no' : 'a +b '.repeat((i % 5) + 1),
    }))
    const { token } = await filledChat(at, bodies)
    const waiting = [121, 122, 123].map((n) => message(token, 1, n, n, { body: 'x a +b x' }))
    const index = engine === 'mysql' ? { index: noIndex } : {}
    const ports = portsOf(token, waiting, { clock: later, ...index })
    const { numbers, totals } = await walk(ports, token, { q: 'a +b', order, limit: '7' })
    expect(totals).toEqual([83])
    expect(numbers).toHaveLength(83)
    expect(new Set(numbers).size).toBe(83)
    if (order === 'newest') expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
  })

  test('goes on beyond 10,000 hits', async () => {
    const token = newToken()
    const changes = Array.from({ length: 10_500 }, (_, i) =>
      message(token, 1, i + 1, i + 1, { body: 'red' }),
    )
    for (let i = 0; i < changes.length; i += 500)
      await storeOf(at.database.db).store(changes.slice(i, i + 500))
    const outcomes = await at.index.bulk(changes.map(storedOf))
    expect(new Set(outcomes)).toEqual(new Set(['done']))
    await at.outbox.markIndexed(changes.map(storedOf))
    await at.refresh()
    for (const index of [{}, { index: noIndex }]) {
      const ports = portsOf(token, [], { clock: later, ...index })
      const { numbers, totals } = await walk(ports, token, { q: 're', limit: '1000' })
      expect(totals).toEqual([10_500])
      expect(numbers).toEqual(changes.map((change) => change.number).reverse())
    }
  })
})
