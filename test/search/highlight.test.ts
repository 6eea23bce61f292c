import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { searchQuery } from '../../functions/api/schemas/queries.ts'
import { overlayLimits, type SearchPorts } from '../../functions/read/find-messages.ts'
import { searchMessages } from '../../functions/read/search-messages.ts'
import { fold } from '../../functions/search/fold.ts'
import { type Highlights, highlighter } from '../../functions/search/highlight.ts'
import { pickHits } from '../../functions/search/hits.ts'
import { message, newToken } from '../engines/changes.ts'
import { tableWith } from '../engines/search/waiting.ts'
import { storedRows } from '../support/stored-rows.ts'

const all = (body: string, terms: string[]): Highlights => highlighter(terms)(body)
const highlight = (body: string, terms: string[]) => all(body, terms).ranges

/**
 * Highlights by comparing every term at every place: a range begins, and ends, where no occurrence
 * goes on.
 */
function simplest(body: string, terms: string[]): Highlights {
  const points = Array.from(fold(body))
  const [starts, ends, inner] = [new Set<number>(), new Set<number>(), new Set<number>()]
  for (const term of terms.map((each) => Array.from(each)))
    for (const at of points.keys())
      if (term.every((point, i) => points[at + i] === point)) {
        starts.add(at)
        ends.add(at + term.length)
        for (let i = at + 1; i < at + term.length; i++) inner.add(i)
      }
  const outer = (places: Set<number>) =>
    [...places].filter((place) => !inner.has(place)).sort((a, b) => a - b)
  const endsOf = outer(ends)
  const ranges = outer(starts).map((start, i) => ({ start, end: endsOf[i] ?? Number.NaN }))
  return { ranges: ranges.slice(0, 1_000), truncated: ranges.length > 1_000 }
}
/** Few different points, so that terms overlap, contain each other and themselves. */
const few = (bounds: fc.StringConstraints) =>
  fc.string({ unit: fc.constantFrom('a', 'b', '👩', '👨'), ...bounds })
const someTerms = fc.uniqueArray(few({ minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 8,
})

describe('highlight', () => {
  test('gives every occurrence in code points', () => {
    expect(highlight('Hello hello', ['hello'])).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 11 },
    ])
  })

  test('counts an emoji as the code points it is made of', () => {
    expect(highlight('👨‍👩‍👧 x 👩', ['👩'])).toEqual([
      { start: 2, end: 3 },
      { start: 8, end: 9 },
    ])
  })

  test('joins occurrences that overlap and leaves those that touch', () => {
    expect(highlight('aaa', ['aa'])).toEqual([{ start: 0, end: 3 }])
    expect(highlight('abab', ['ab'])).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
    ])
  })

  test('gives the occurrences of all words in the order of the text', () => {
    expect(highlight('one two three', ['three', 'one'])).toEqual([
      { start: 0, end: 3 },
      { start: 8, end: 13 },
    ])
  })

  test('gives the first 1,000 of more, and says so', () => {
    const { ranges, truncated } = all('👩a'.repeat(1_001), ['a'])
    expect([ranges.length, truncated]).toEqual([1_000, true])
    expect(ranges.at(-1)).toEqual({ start: 1_999, end: 2_000 })
    expect(all('ab '.repeat(500), ['a', 'b'])).toMatchObject({ truncated: false })
    expect(all('ab '.repeat(501), ['b', 'a']).ranges.slice(0, 2)).toEqual([
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ])
  })

  test('gives one range for any number of occurrences that all overlap', () => {
    expect(all('a'.repeat(65_536), ['aa', 'a'.repeat(256)])).toEqual({
      ranges: [{ start: 0, end: 65_536 }],
      truncated: false,
    })
  })

  test('counts ranges that a late long occurrence joins as one', () => {
    const long = `${'ab'.repeat(20)}c`
    const { ranges, truncated } = all(`${'ab'.repeat(510)}c`, ['a', 'b', long])
    expect([ranges.length, truncated]).toEqual([981, false])
    expect(ranges.at(-1)).toEqual({ start: 980, end: 1_021 })
    expect(all(`${'ab'.repeat(520)}c`, ['a', 'b', long])).toMatchObject({ truncated: true })
  })

  test('gives the ranges of a comparison of all terms at all places', async () => {
    await fc.assert(
      fc.property(few({ maxLength: 60 }), someTerms, (text, terms) => {
        // Texts that consist of the terms hold more of them than random texts would.
        for (const body of [text, `${text}${terms.join('')}${text}${terms.join('b')}`])
          expect(all(body, terms)).toEqual(simplest(body, terms))
      }),
      { numRuns: 500 },
    )
  })

  test('gives the first 1,000 ranges of that comparison, and says rightly whether there are more', async () => {
    await fc.assert(
      fc.property(
        few({ minLength: 1, maxLength: 3 }),
        fc.integer({ min: 980, max: 1_020 }),
        someTerms,
        (part, times, terms) => {
          const body = `${part.repeat(times)}${terms.join('')}`
          // The last term reaches back over many of the ranges.
          const more = [...terms, part, `${part.repeat(20)}${terms.join('')}`]
          expect(all(body, more)).toEqual(simplest(body, more))
        },
      ),
      { numRuns: 50 },
    )
  })

  test('finds İ by i at the right place', () => {
    expect(highlight('xİx', ['i'])).toEqual([{ start: 1, end: 2 }])
  })

  test('marks nothing but what folds to the term, wherever it is', async () => {
    await fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
        (text, raw) => {
          const term = fold(raw)
          const points = Array.from(fold(`${text}${raw}${text}`))
          const length = Array.from(term).length
          const expected = points.map((_, i) => points.slice(i, i + length).join('') === term)
          const marked = new Set<number>()
          for (const { start, end } of highlight(`${text}${raw}${text}`, [term])) {
            for (let i = start; i < end; i++) marked.add(i)
          }
          const wanted = new Set(
            expected.flatMap((hit, i) =>
              hit ? points.slice(i, i + length).map((_, k) => i + k) : [],
            ),
          )
          expect(marked).toEqual(wanted)
        },
      ),
    )
  })
})

describe('a page of highlights', () => {
  const token = newToken()
  const hits = Array.from({ length: 30 }, (_, i) => {
    const change = message(token, 1, i + 1, i + 1, { body: 'aaa' })
    return { number: i + 1, score: 1, row: { ...change, count: 0 } }
  })
  /**
   * A search whose index finds these hits, by a clock that goes on by `step` whenever it is asked,
   * and while the index searches.
   */
  function portsOf(step: number, searching = 0): SearchPorts {
    let now = 0
    const clock = { now: () => (now += step) }
    const index: SearchPorts['index'] = {
      available: () => true,
      find: async ({ order }, { after, limit }) => {
        now += searching
        return { total: hits.length, hits: pickHits(hits, order, after, limit) }
      },
    }
    return {
      table: tableWith(token, []),
      rows: storedRows({ root: [], application: [], chat: [] }),
      clock,
      index,
      overlayLimits,
      ready: async () => undefined,
      versions: async () => new Map(),
      unsearchable: async () => [],
      rowSearch: () => Promise.reject(new Error('the index answers')),
    }
  }
  const answered = v.object({
    data: v.array(v.object({ number: v.number() })),
    page: v.object({ next: v.nullable(v.string()) }),
  })
  /** The numbers of the pages of a walk by their cursors. */
  async function walk(step: number, searching?: number): Promise<number[][]> {
    const pages: number[][] = []
    for (let next: string | null = '?q=a&limit=1000'; next !== null; ) {
      const query = v.parse(searchQuery, Object.fromEntries(new URLSearchParams(next)))
      const call = {
        method: 'GET',
        path: { token, chat: 1, message: 0 },
        query,
        headers: {},
      } as const
      const ports = portsOf(step, searching)
      const answer = await searchMessages(ports, { ...call, body: () => undefined, requestId: 'r' })
      const { data, page } = v.parse(answered, answer.body)
      pages.push(data.map((hit) => hit.number))
      next = page.next
    }
    return pages
  }
  const newestFirst = hits.map((hit) => hit.number).reverse()

  test('is whole while there is time', async () => {
    expect(await walk(0)).toEqual([newestFirst])
  })

  test('ends when its time is up, and the next goes on there', async () => {
    const pages = await walk(1_000)
    expect(pages.flat()).toEqual(newestFirst)
    expect(pages.length).toBeGreaterThan(1)
    expect(Math.max(...pages.slice(0, -1).map((page) => page.length))).toBeLessThan(15)
  })

  test('has one message even if the search took all its time', async () => {
    expect(await walk(0, 14_000)).toEqual(newestFirst.map((number) => [number]))
  })
})
