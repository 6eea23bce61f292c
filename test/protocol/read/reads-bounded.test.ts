import { describe, expect, test } from 'vitest'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import type { Entry } from '../../../functions/protocol/model/entry.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Act } from '../../../functions/protocol/model/reservation.ts'
import type { Range } from '../../../functions/protocol/model/row.ts'
import type { Rows } from '../../../functions/protocol/ports/stores.ts'
import type { Item, Key, Query, Table } from '../../../functions/protocol/ports/table.ts'
import { pendingMessages } from '../../../functions/protocol/read/pending-messages.ts'
import { readList } from '../../../functions/protocol/read/read-list.ts'
import { emptyHead, type Head } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { putRequest } from '../../../functions/protocol/table/request-writes.ts'
import { putWaiting } from '../../../functions/protocol/table/waiting-items.ts'
import { storedRows, tableWithoutWaiting } from '../../support/stored-rows.ts'
import { messageValue } from '../../support/values.ts'

const app = '0'.repeat(32)
const parent = chatParent(app, 1)

interface Wait {
  number: number
  act?: Act
  values: MessageValue[]
}
const batch = (number: number, count = 100, body = 'b'): Wait => ({
  number,
  values: Array.from({ length: count }, () => messageValue(body)),
})

/** A table with a chat of which this waits, in its HEAD or beside it; counts what is read of it. */
function chatOf(waits: Wait[], place: 'HEAD' | 'waiting') {
  const entries = waits.map(
    ({ number, values }, i): Entry => ({
      rid: `request-${String(i).padStart(14, '0')}`,
      rev: i + 1,
      number,
      count: values.length,
    }),
  )
  const items = new Map<string, Item>()
  const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`
  const put = (item: Item) => items.set(nameOf({ pk: String(item.pk), sk: String(item.sk) }), item)
  const seq = Math.max(...entries.map(({ number, count }) => number + count - 1))
  put(putHead(parent, { seq, rev: entries.length }).Item)
  for (const [i, { act = 'create', values }] of waits.entries())
    put(
      putRequest({
        ...{ rid: entries[i]?.rid ?? '', parent, act, values, token: undefined },
        ...{ createdAt: '2026-01-02T03:04:05.678Z', hash: '', now: 0 },
      }).Item,
    )
  const waiting = entries.map((entry) => putWaiting(parent, entry).Item)
  waiting.sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
  const read = { requests: 0, bytes: 0, queries: 0 }
  const query = async (input: Query) => {
    read.queries += 1
    const { ':from': from, ':to': to } = input.ExpressionAttributeValues
    const inside = waiting.filter(
      ({ sk }) => String(sk) >= String(from) && String(sk) <= String(to),
    )
    const ordered = input.ScanIndexForward ? inside : inside.toReversed()
    const start = input.ExclusiveStartKey
    const begin = start ? ordered.findIndex(({ sk }) => sk === start.sk) + 1 : 0
    const page = ordered.slice(begin, begin + (input.Limit ?? ordered.length))
    return { items: page, next: begin + page.length < ordered.length ? page.at(-1) : undefined }
  }
  const table: Table = {
    ...tableWithoutWaiting,
    batchGet: async (keys) => {
      const found = keys.map((key) => items.get(nameOf(key)))
      for (const item of found) {
        if (item?.values === undefined) continue
        read.requests += 1
        read.bytes += String(item.values).length
      }
      return found
    },
    query: place === 'waiting' ? query : tableWithoutWaiting.query,
  }
  const head: Head = {
    ...emptyHead,
    ...{ seq, rev: entries.length, entries: place === 'HEAD' ? entries : [] },
  }
  return { table, head, read }
}

const noRows = storedRows({ root: [], application: [], chat: [] })
const list = async ({ table, head }: ReturnType<typeof chatOf>, range: Range) => {
  const page = await readList<'chat'>({ table, rows: noRows }, parent, range, head)
  return { ...page, numbers: page.items.map(({ row }) => row.number) }
}
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

describe('a list reads the values of no more requests than its page shows', () => {
  const places = ['HEAD', 'waiting'] as const
  const batches = Array.from({ length: 1_001 }, (_, i) => batch(i * 100 + 1))

  test.each(places)('of 1,001 batches of 100, in the %s', async (place) => {
    const chat = chatOf(batches, place)
    const first = await list(chat, { order: 'asc', limit: 1_000 })
    expect(first).toMatchObject({ numbers: upTo(1_000), more: true, end: 1_000 })
    expect(chat.read.requests).toBeLessThanOrEqual(11)

    chat.read.requests = 0
    const last = await list(chat, { order: 'desc', limit: 1_000 })
    expect(last.numbers).toEqual(upTo(1_000).map((n) => 100_101 - n))
    expect(chat.read.requests).toBeLessThanOrEqual(11)

    chat.read.requests = 0
    const one = await list(chat, { order: 'asc', after: 50_050, limit: 1 })
    expect(one.numbers).toEqual([50_051])
    expect(chat.read.requests).toBe(1)
  })

  test.each(places)('and of none behind the rows that fill it, in the %s', async (place) => {
    const stored = upTo(60).map((number) => ({
      ...{ number, rid: null, rev: 0, count: 0, value: messageValue('stored') },
    }))
    const chat = chatOf(
      [{ number: 1, act: 'edit', values: [messageValue('new')] }, batch(61)],
      place,
    )
    const rows = storedRows({ root: [], application: [], chat: stored })
    const page = await readList<'chat'>(
      { table: chat.table, rows },
      parent,
      { order: 'asc', limit: 50 },
      chat.head,
    )
    expect(page.items.map(({ row }) => row.value.body)).toEqual([
      'new',
      ...upTo(49).map(() => 'stored'),
    ])
    expect(chat.read.requests).toBe(1)
  })

  test('a range that begins behind many needs no query for each of them', async () => {
    const chat = chatOf(
      upTo(300).map((number) => batch(number, 1)),
      'waiting',
    )
    expect((await list(chat, { order: 'asc', after: 200, limit: 1 })).numbers).toEqual([201])
    expect(chat.read.queries).toBeLessThanOrEqual(2)
  })
})

describe('a list ends early where what waits has more bytes than a response takes', () => {
  const mebibyte = 1024 * 1024
  const long = 'b'.repeat(16_384)

  test.each(['asc', 'desc'] as const)('and leads on to all of it, %s', async (order) => {
    const chat = chatOf(
      upTo(1_200).map((number) => batch(number, 1, long)),
      'waiting',
    )
    const seen: number[] = []
    let range: Range = { order, limit: 1_000 }
    for (let more = true; more; ) {
      chat.read.bytes = 0
      const page = await list(chat, range)
      expect(page.numbers.length).toBeGreaterThan(300)
      // The budget, and the portion with which it was used up.
      expect(chat.read.bytes).toBeLessThan(11 * mebibyte)
      seen.push(...page.numbers)
      more = page.more
      range = {
        order,
        limit: 1_000,
        ...(order === 'asc' ? { after: page.end } : { before: page.end }),
      }
    }
    expect(seen).toEqual(order === 'asc' ? upTo(1_200) : upTo(1_200).toReversed())
  })

  test('but not before all that waits of its first number is read', async () => {
    const edits = upTo(900).map(
      (): Wait => ({ number: 1, act: 'edit', values: [messageValue(long)] }),
    )
    const newest: Wait = { number: 1, act: 'edit', values: [messageValue('newest')] }
    const chat = chatOf([batch(1, 3), ...edits, newest], 'waiting')
    for (const order of ['asc', 'desc'] as const) {
      const bodies = new Map<number, string>()
      let range: Range = { order, limit: 50 }
      for (let more = true; more; ) {
        const page = await list(chat, range)
        for (const { row } of page.items) bodies.set(row.number, row.value.body)
        more = page.more
        range = {
          order,
          limit: 50,
          ...(order === 'asc' ? { after: page.end } : { before: page.end }),
        }
      }
      expect(Object.fromEntries(bodies)).toEqual({ 1: 'newest', 2: 'b', 3: 'b' })
    }
  })
})

describe('a list ends early where its rows have more bytes than a response takes', () => {
  const stored = (count: number, body: string) => {
    const rows = upTo(count).map((number) => ({
      ...{ number, rid: `r${number}`, rev: number, count: 0, value: messageValue(body) },
    }))
    const source = storedRows({ root: [], application: [], chat: rows })
    const read = { statements: 0, rows: 0 }
    const counting: Rows = {
      ...source,
      list: async (below, range) => {
        const found = await source.list(below, range)
        read.statements += 1
        read.rows += found.length
        return found
      },
    }
    return { rows: counting, read, head: { ...emptyHead, seq: count, rev: count } }
  }

  test.each(['asc', 'desc'] as const)('and leads on to all of them, %s', async (order) => {
    // The largest body that a deploy can allow.
    const { rows, read, head } = stored(1_001, 'b'.repeat(32_768))
    const seen: number[] = []
    let range: Range = { order, limit: 1_000 }
    for (let more = true; more; ) {
      read.rows = 0
      const page = await readList<'chat'>({ table: tableWithoutWaiting, rows }, parent, range, head)
      expect(read.rows).toBeLessThanOrEqual(512)
      seen.push(...page.items.map(({ row }) => row.number))
      more = page.more
      range = {
        order,
        limit: 1_000,
        ...(order === 'asc' ? { after: page.end } : { before: page.end }),
      }
    }
    expect(seen).toEqual(order === 'asc' ? upTo(1_001) : upTo(1_001).toReversed())
  })

  test('and a page of small ones is whole, by few statements', async () => {
    const { rows, read, head } = stored(1_001, 'b')
    const ports = { table: tableWithoutWaiting, rows }
    const page = await readList<'chat'>(ports, parent, { order: 'asc', limit: 1_000 }, head)
    expect(page.items).toHaveLength(1_000)
    expect(read.statements).toBeLessThanOrEqual(2)
    read.statements = 0
    await readList<'chat'>(ports, parent, { order: 'asc', limit: 50 }, head)
    expect(read.statements).toBe(1)
  })
})

describe('a search reads no more of what waits than it may hold', () => {
  const bounds = { requests: 1_000, bytes: 16 * 1024 * 1024 }

  test('of a thousand batches of 128 KiB it leaves off after its budget', async () => {
    const chat = chatOf(
      Array.from({ length: 1_000 }, (_, i) => batch(i * 100 + 1, 100, 'b'.repeat(1_200))),
      'waiting',
    )
    expect(await pendingMessages(chat, app, 1, bounds)).toBeUndefined()
    expect(chat.read.bytes).toBeLessThan(19 * 1024 * 1024)
  })

  test('of more requests than it may look at it reads none', async () => {
    const chat = chatOf(
      upTo(1_001).map((number) => batch(number, 1)),
      'waiting',
    )
    expect(await pendingMessages(chat, app, 1, bounds)).toBeUndefined()
    expect(chat.read.requests).toBe(0)
    expect(await pendingMessages(chat, app, 1, { ...bounds, requests: 1_001 })).toHaveLength(1_001)
  })
})
