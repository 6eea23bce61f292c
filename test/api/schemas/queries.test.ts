import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  applicationsQuery,
  healthQuery,
  searchQuery,
} from '../../../functions/api/schemas/queries.ts'
import { limits } from '../../../functions/limits/limits.ts'

const search = (query: Record<string, string>) => v.safeParse(searchQuery, query)

describe('a search', () => {
  test('is literal, newest first, a default page', () => {
    const expected = { q: ' a ', mode: 'literal', order: 'newest', limit: limits.page.default }
    expect(v.parse(searchQuery, { q: ' a ' })).toEqual(expected)
  })
  test.each(['', ' ', '\n\t', '\u3000'])('for white space alone is refused: %j', (q) => {
    expect(search({ q }).success).toBe(false)
  })
  test('without a term is refused', () => expect(search({}).success).toBe(false))
  test('takes 256 code points', () => {
    expect(search({ q: '😀'.repeat(256) }).success).toBe(true)
    expect(search({ q: '😀'.repeat(257) }).success).toBe(false)
  })
  test('takes a sender as messages have them, and a cursor of any page, not more', () => {
    expect(
      search({ q: 'x', sender: '😀'.repeat(limits.sender), after: 'x'.repeat(256) }).success,
    ).toBe(true)
    expect(search({ q: 'x', sender: '😀'.repeat(limits.sender + 1) }).success).toBe(false)
    expect(search({ q: 'x', sender: ' ' }).success).toBe(false)
    expect(search({ q: 'x', after: 'x'.repeat(257) }).success).toBe(false)
    expect(v.safeParse(applicationsQuery, { before: 'x'.repeat(257) }).success).toBe(false)
  })
  test('takes a term that cannot be stored, for it only finds nothing', () => {
    expect(search({ q: 'a\u0000' }).success).toBe(true)
  })
  test.each([
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05.678Z',
    '2026-01-02T03:04:05.678901Z',
    '2026-01-02T03:04:05+02:00',
    '2026-01-02T03:04:05-11:30',
    '2026-01-02t03:04:05z',
    '2016-12-31T23:59:60Z',
    `2026-01-02T03:04:05.${'1'.repeat(40)}Z`,
  ])('takes an RFC 3339 instant: %s', (from) =>
    expect(search({ q: 'x', from, to: from }).success).toBe(true),
  )
  test.each([
    '',
    '2026',
    '2026-01-02',
    '1700000000',
    'yesterday',
    '2026-01-02T03:04:05',
    '2026-13-02T03:04:05Z',
    '2026-01-02 03:04:05Z',
    '2026-01-02T03:04:05 02:00',
    '2026-01-02T03:04:05+02',
    '2026-01-02T03:04:05+0200',
    '2026-02-29T03:04:05Z',
    '2026-01-02T03:04:60Z',
  ])('refuses another time: %j', (from) => {
    expect(search({ q: 'x', from }).success).toBe(false)
    expect(search({ q: 'x', to: from }).success).toBe(false)
  })
  test.each([
    ['mode', 'regex'],
    ['mode', ''],
    ['order', 'asc'],
    ['limit', '0'],
    ['limit', '1001'],
  ])('refuses %s=%s', (name, value) =>
    expect(search({ q: 'x', [name]: value }).success).toBe(false),
  )
})

describe('other queries', () => {
  test('of applications have opaque bounds and no middle', () => {
    expect(v.is(applicationsQuery, { after: 'YTE', limit: '1' })).toBe(true)
    expect(v.is(applicationsQuery, { around: '1' })).toBe(false)
  })
  test('of health know deep=1 alone', () => {
    expect(v.is(healthQuery, {})).toBe(true)
    expect(v.is(healthQuery, { deep: '1' })).toBe(true)
    for (const deep of ['', '0', 'true']) expect(v.is(healthQuery, { deep })).toBe(false)
  })
})
