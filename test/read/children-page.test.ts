import { describe, expect, test } from 'vitest'
import type { ChatValue } from '../../functions/kinds/chat.ts'
import { applicationParent } from '../../functions/protocol/model/parent.ts'
import type { Range, Row } from '../../functions/protocol/model/row.ts'
import type { ReadPorts } from '../../functions/protocol/read/read-one.ts'
import { emptyHead } from '../../functions/protocol/table/head.ts'
import { type ListQuery, readPage } from '../../functions/read/children-page.ts'
import { storedRows, tableWithoutWaiting } from '../support/stored-rows.ts'
import { at, chatValue } from '../support/values.ts'

const parent = applicationParent('0'.repeat(32))
const rowOf = (number: number, title = 'x', deleted_at: string | null = null): Row<ChatValue> => ({
  number,
  rid: `r${number}`,
  rev: number,
  count: 0,
  value: chatValue({ title, deleted_at }),
})
const hundred = Array.from({ length: 100 }, (_, i) => rowOf(i + 1))

interface Page {
  data: number[]
  page: { next: string | null; prev: string | null }
}
/** A page of numbers of what is stored; `rows` are all the numbers that were ever given out. */
async function page(
  rows: Row<ChatValue>[],
  query: Partial<ListQuery>,
  title = false,
): Promise<Page> {
  const ports: ReadPorts = {
    table: tableWithoutWaiting,
    rows: storedRows({ root: [], application: rows, chat: [] }),
  }
  const head = { ...emptyHead, seq: rows.length }
  const answer = await readPage<'application'>(
    ports,
    parent,
    head,
    { limit: 50, ...query },
    ({ row }) => (title ? { number: row.number, title: row.value.title } : { number: row.number }),
  )
  const { data, page: shown } = JSON.parse(JSON.stringify(answer.body))
  const { after, before, ...links } = shown
  const [further, back] = query.order === 'desc' ? ['before', 'after'] : ['after', 'before']
  const cursorIn = (reference: string | null, name = '') =>
    reference === null ? null : Number(new URLSearchParams(reference).get(name))
  expect({
    [further ?? '']: cursorIn(links.next, further),
    [back ?? '']: cursorIn(links.prev, back),
  }).toEqual({ after, before })
  expect(answer.headers).toEqual(links.next === null ? {} : { Link: `<${links.next}>; rel="next"` })
  return { data: data.map((each: { number: number }) => each.number), page: links }
}
const upTo = (first: number, last: number): number[] =>
  first <= last
    ? Array.from({ length: last - first + 1 }, (_, i) => first + i)
    : upTo(last, first).toReversed()

/** The query of a page's way on. */
function queryOf(reference: string): Partial<ListQuery> {
  const read = new URLSearchParams(reference)
  const number = (name: string) => (read.has(name) ? { [name]: Number(read.get(name)) } : {})
  const order = read.get('order')
  return {
    ...number('after'),
    ...number('before'),
    ...number('limit'),
    ...(order === 'asc' || order === 'desc' ? { order } : {}),
  }
}
/** What each page brought, from a first one on until there is no more. */
async function walk(
  rows: Row<ChatValue>[],
  query: Partial<ListQuery>,
  way: 'next' | 'prev',
  title = false,
) {
  const pages: number[][] = []
  for (let at: Partial<ListQuery> | undefined = query; at; ) {
    const { data, page: links }: Page = await page(rows, at, title)
    pages.push(data)
    const on = links[way]
    at = on === null ? undefined : queryOf(on)
  }
  return pages
}
/** All that is seen from a page on, back to the one end and forward to the other. */
async function bothWays(rows: Row<ChatValue>[], query: Partial<ListQuery>, title = false) {
  const forward = await walk(rows, query, 'next', title)
  const [, ...before] = await walk(rows, query, 'prev', title)
  return [...before.toReversed(), ...forward].flat()
}

describe('a page', () => {
  test.each<[string, Partial<ListQuery>, number[], string | null, string | null]>([
    ['is the first by default', {}, upTo(1, 50), '?after=50', null],
    ['goes on behind after', { after: 50 }, upTo(51, 100), null, '?before=51'],
    ['begins at the beginning with after=0', { after: 0 }, upTo(1, 50), '?after=50', null],
    ['is empty behind the end', { after: 100 }, [], null, null],
    ['is empty far behind the end', { after: Number.MAX_SAFE_INTEGER }, [], null, null],
    [
      'has the nearest below before',
      { before: 90, limit: 5 },
      upTo(85, 89),
      '?after=89&limit=5',
      '?before=85&limit=5',
    ],
    ['ends at the beginning below before', { before: 4 }, [1, 2, 3], '?after=3', null],
    ['is empty below 1', { before: 1 }, [], null, null],
    [
      'ends where before ends everything',
      { before: 101, limit: 2 },
      [99, 100],
      null,
      '?before=99&limit=2',
    ],
    ['lies between both bounds', { after: 10, before: 13 }, [11, 12], null, '?before=11'],
    [
      'stays between both bounds when it goes on',
      { after: 10, before: 14, limit: 2 },
      [11, 12],
      '?after=12&before=14&limit=2',
      '?before=11&limit=2',
    ],
    [
      'is empty between bounds that have nothing between',
      { after: 10, before: 11 },
      [],
      null,
      null,
    ],
    ['is empty between bounds that cross', { after: 20, before: 10 }, [], null, null],
    ['is the newest first', { order: 'desc' }, upTo(100, 51), '?before=51&order=desc', null],
    [
      'goes down below before',
      { order: 'desc', before: 51 },
      upTo(50, 1),
      null,
      '?after=50&order=desc',
    ],
    [
      'has the nearest above after, downwards',
      { order: 'desc', after: 10, limit: 3 },
      [13, 12, 11],
      '?before=11&order=desc&limit=3',
      '?after=13&order=desc&limit=3',
    ],
    [
      'stays between both bounds downwards',
      { order: 'desc', after: 10, before: 14, limit: 2 },
      [13, 12],
      '?before=12&after=10&order=desc&limit=2',
      '?after=13&order=desc&limit=2',
    ],
    [
      'says asc where it was asked for',
      { order: 'asc', limit: 2 },
      [1, 2],
      '?after=2&order=asc&limit=2',
      null,
    ],
    ['may be one number', { after: 6, limit: 1 }, [7], '?after=7&limit=1', '?before=7&limit=1'],
    ['may be everything', { limit: 1000 }, upTo(1, 100), null, null],
  ])('%s', async (_, query, data, next, prev) => {
    expect(await page(hundred, query)).toEqual({ data, page: { next, prev } })
  })

  test.each<[string, Partial<ListQuery>, number[], string | null, string | null]>([
    [
      'has its number in the middle',
      { around: 50, limit: 5 },
      upTo(48, 52),
      '?after=52&limit=5',
      '?before=48&limit=5',
    ],
    [
      'has one more behind than before when it is even',
      { around: 50, limit: 4 },
      upTo(49, 52),
      '?after=52&limit=4',
      '?before=49&limit=4',
    ],
    [
      'is its number alone',
      { around: 50, limit: 1 },
      [50],
      '?after=50&limit=1',
      '?before=50&limit=1',
    ],
    ['is short at the beginning', { around: 1, limit: 5 }, [1, 2, 3], '?after=3&limit=5', null],
    ['begins before the beginning', { around: 0, limit: 5 }, [1, 2, 3], '?after=3&limit=5', null],
    ['is short at the end', { around: 100, limit: 5 }, [98, 99, 100], null, '?before=98&limit=5'],
    ['lies beyond the end', { around: 200, limit: 5 }, [99, 100], null, '?before=99&limit=5'],
    [
      'is turned downwards',
      { around: 50, limit: 5, order: 'desc' },
      upTo(52, 48),
      '?before=48&order=desc&limit=5',
      '?after=52&order=desc&limit=5',
    ],
  ])('around a number %s', async (_, query, data, next, prev) => {
    expect(await page(hundred, query)).toEqual({ data, page: { next, prev } })
  })

  test('of nothing is empty', async () => {
    for (const query of [{}, { order: 'desc' as const }, { around: 1 }, { before: 5 }]) {
      expect(await page([], query)).toEqual({ data: [], page: { next: null, prev: null } })
    }
  })

  test('makes up for what is deleted, and does not show it', async () => {
    const rows = hundred.map((row) => rowOf(row.number, 'x', row.number % 3 === 0 ? at : null))
    expect(await page(rows, { limit: 4, after: 0 })).toMatchObject({ data: [1, 2, 4, 5] })
    expect(await page(rows, { limit: 4, before: 100 })).toMatchObject({ data: [94, 95, 97, 98] })
  })

  test('is cut to the byte budget at the end that it was read towards', async () => {
    const large = hundred.slice(0, 10).map((row) => rowOf(row.number, 'x'.repeat(2_000_000)))
    const ascending = { data: [1, 2], page: { next: '?after=2', prev: null } }
    expect(await page(large, {}, true)).toEqual(ascending)
    const below = { data: [9, 10], page: { next: null, prev: '?before=9' } }
    expect(await page(large, { before: 11 }, true)).toEqual(below)
    const descending = { data: [10, 9], page: { next: '?before=9&order=desc', prev: null } }
    expect(await page(large, { order: 'desc' }, true)).toEqual(descending)
  })
})

describe('walking the pages', () => {
  const rows = hundred.map((row) => rowOf(row.number, 'x', row.number % 7 === 0 ? at : null))
  const living = rows.filter((row) => row.value.deleted_at === null).map((row) => row.number)

  test.each(['asc', 'desc'] as const)(
    'forward shows everything once, in order: %s',
    async (order) => {
      const expected = order === 'asc' ? living : living.toReversed()
      for (const limit of [1, 7, 50, 99])
        expect((await walk(rows, { order, limit }, 'next')).flat()).toEqual(expected)
    },
  )
  test('back shows everything once from the end', async () => {
    const pages = await walk(rows, { before: 101, limit: 9 }, 'prev')
    expect(pages.toReversed().flat()).toEqual(living)
  })
  test('away from a middle, both ways, shows everything once', async () => {
    expect(await bothWays(rows, { around: 50, limit: 6 })).toEqual(living)
  })
  test('between both bounds never leaves them', async () => {
    const range: Omit<Range, 'order'> = { after: 20, before: 61, limit: 8 }
    const expected = living.filter((number) => number > 20 && number < 61)
    expect((await walk(rows, range, 'next')).flat()).toEqual(expected)
    expect((await walk(rows, { ...range, order: 'desc' }, 'next')).flat()).toEqual(
      expected.toReversed(),
    )
  })
})

describe('a page around a number that is too large for one answer', () => {
  const large = (deleted: number[] = []) =>
    hundred.map(({ number }) =>
      rowOf(number, 'x'.repeat(163_840), deleted.includes(number) ? at : null),
    )

  test.each<[string, Partial<ListQuery>, number[], string | null, string | null]>([
    [
      'is cut at both ends',
      { around: 50 },
      upTo(34, 66),
      '?after=66&limit=100',
      '?before=34&limit=100',
    ],
    [
      'is cut at both ends downwards',
      { around: 50, order: 'desc' },
      upTo(66, 34),
      '?before=34&order=desc&limit=100',
      '?after=66&order=desc&limit=100',
    ],
    [
      'gives the room of a short side to the other',
      { around: 3 },
      upTo(1, 33),
      '?after=33&limit=100',
      null,
    ],
    ['does so at the end', { around: 98 }, upTo(68, 100), null, '?before=68&limit=100'],
  ])('%s', async (_, query, data, next, prev) => {
    expect(await page(large(), { limit: 100, ...query }, true)).toEqual({
      data,
      page: { next, prev },
    })
  })
  test('has the nearest on both sides where the number is deleted', async () => {
    const deleted = upTo(48, 52)
    const { data } = await page(large(deleted), { around: 50, limit: 100 }, true)
    expect(data).toEqual([...upTo(32, 47), ...upTo(53, 69)])
  })
  test('is the number alone where nothing fits beside it', async () => {
    const huge = upTo(1, 5).map((number) => rowOf(number, 'x'.repeat(6_000_000)))
    const alone = { data: [3], page: { next: '?after=3', prev: '?before=3' } }
    expect(await page(huge, { around: 3 }, true)).toEqual(alone)
  })
  test.each(['asc', 'desc'] as const)(
    'leads on to everything else, once, in order: %s',
    async (order) => {
      const expected = order === 'asc' ? upTo(1, 100) : upTo(100, 1)
      for (const around of [1, 20, 50, 99])
        expect(await bothWays(large(), { around, order, limit: 100 }, true)).toEqual(expected)
    },
  )
})

describe('a page around a number amid thousands that are deleted', () => {
  const desert = (first: number, last: number, total: number) =>
    upTo(1, total).map((number) =>
      rowOf(number, 'x', number >= first && number <= last ? at : null),
    )
  const rows = desert(41, 13_040, 13_080)
  const living = [...upTo(1, 40), ...upTo(13_041, 13_080)]

  test('may be empty, and then leads on to both sides', async () => {
    const { data, page: links } = await page(rows, { around: 7000, limit: 5 })
    expect(data).toEqual([])
    expect(links.next).toMatch(/^\?after=\d+&limit=5$/)
    expect(links.prev).toMatch(/^\?before=\d+&limit=5$/)
  })
  test('goes on behind the tombstones that were read, not behind its items', async () => {
    const { data, page: links } = await page(rows, { around: 39, limit: 5 })
    expect(data).toEqual([37, 38, 39, 40])
    expect(Number(/\d+/.exec(links.next ?? '')?.[0])).toBeGreaterThan(5000)
  })
  test.each(['asc', 'desc'] as const)(
    'leads on to everything, once, in order: %s',
    async (order) => {
      const expected = order === 'asc' ? living : living.toReversed()
      for (const around of [1, 39, 1000, 7000, 13_000, 13_042, 20_000])
        for (const limit of [1, 2, 5, 50])
          expect(await bothWays(rows, { around, order, limit }), `${around}, ${limit}`).toEqual(
            expected,
          )
    },
  )
  test('has the nearest below where nothing is from it on, however small it is', async () => {
    const below = { data: [3], page: { next: null, prev: '?before=3&limit=1' } }
    for (const around of [4, 6, 7])
      expect(await page(desert(4, 6, 6), { around, limit: 1 })).toEqual(below)
  })
})
