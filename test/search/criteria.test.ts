import { describe, expect, test } from 'vitest'
import { criteriaOf, termsOf } from '../../functions/search/criteria.ts'
import { scorerOf } from '../../functions/search/score.ts'

const query = { q: 'a', mode: 'literal', order: 'newest' } as const
const message = (
  body: string,
  sender: string | null = null,
  created_at = '2026-01-01T00:00:00.000Z',
) => ({
  body,
  sender,
  created_at,
})

describe('the terms of a search', () => {
  test('are q itself, white space and all, when it is literal', () => {
    expect(termsOf('  Two\nwords ', 'literal')).toEqual(['  two\nwords '])
  })

  test('are the words, each once, when words are asked for', () => {
    expect(termsOf(' Red\u00a0blue  RED\tblue ', 'words')).toEqual(['red', 'blue'])
  })
})

describe('the bounds of a search', () => {
  test('are milliseconds; finer instants are rounded up', () => {
    const from = '2026-01-01T00:00:00.0001Z'
    const to = '2026-01-01T01:00:00.000000+01:00'
    expect(criteriaOf({ ...query, from, to })).toMatchObject({
      from: Date.parse('2026-01-01T00:00:00.001Z'),
      to: Date.parse('2026-01-01T00:00:00.000Z'),
    })
  })

  test('include from and exclude to', () => {
    const at = Date.parse('2026-01-01T00:00:00.000Z')
    const within = (from: number, to: number) =>
      scorerOf({ terms: ['a'], order: 'best', from, to })(message('a'))
    expect([within(at, at + 1), within(at + 1, at + 2), within(at - 1, at)]).toEqual([1, 0, 0])
  })
})

describe('the score', () => {
  test('counts occurrences, overlapping ones too, by the trigrams of the term', () => {
    const score = (body: string, ...terms: string[]) =>
      scorerOf({ terms, order: 'best' })(message(body))
    expect(score('aaaa', 'aa')).toBe(3)
    expect(score('abcdabcd', 'abcd')).toBe(4)
    expect(score('red blue red', 'red', 'blue')).toBe(4)
  })

  test('is 0 where a word or the sender is missing', () => {
    expect(scorerOf({ terms: ['red', 'blue'], order: 'best' })(message('red'))).toBe(0)
    expect(scorerOf({ terms: ['red'], order: 'best', sender: 'ann' })(message('red', 'Ann'))).toBe(
      0,
    )
    expect(scorerOf({ terms: ['red'], order: 'best', sender: 'Ann' })(message('red', 'Ann'))).toBe(
      1,
    )
  })
})
