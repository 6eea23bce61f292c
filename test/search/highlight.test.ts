import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold } from '../../functions/search/fold.ts'
import { highlight as all } from '../../functions/search/highlight.ts'

const highlight = (body: string, terms: string[]) => all(body, terms).ranges

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

  test('gives one range that is never too many of occurrences that all overlap', () => {
    expect(all('a'.repeat(65_536), ['aa', 'a'.repeat(256)])).toEqual({
      ranges: [{ start: 0, end: 65_536 }],
      truncated: false,
    })
  })

  test('finds İ by i at the right place', () => {
    expect(highlight('xİx', ['i'])).toEqual([{ start: 1, end: 2 }])
  })

  test('marks nothing but what folds to the term, wherever it is', () => {
    fc.assert(
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
            expected.flatMap((hit, i) => (hit ? points.slice(i, i + length).map((_, k) => i + k) : [])),
          )
          expect(marked).toEqual(wanted)
        },
      ),
    )
  })
})
