import { describe, expect, test } from 'vitest'
import { millisecondsOf } from '../../functions/kinds/instant.ts'

describe('an RFC 3339 instant', () => {
  test.each([
    ['2026-11-25T12:34:56Z', Date.UTC(2026, 10, 25, 12, 34, 56)],
    ['2026-11-25t12:34:56z', Date.UTC(2026, 10, 25, 12, 34, 56)],
    ['2026-11-25T12:34:56.789Z', Date.UTC(2026, 10, 25, 12, 34, 56, 789)],
    ['2026-11-25T12:34:56.7Z', Date.UTC(2026, 10, 25, 12, 34, 56, 700)],
    ['2026-11-25T12:34:56+05:30', Date.UTC(2026, 10, 25, 7, 4, 56)],
    ['2026-11-25T12:34:56-00:00', Date.UTC(2026, 10, 25, 12, 34, 56)],
    ['2028-02-29T23:00:00-05:00', Date.UTC(2028, 2, 1, 4)],
    ['0050-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59.999999-23:59', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])('is milliseconds: %s', (text, milliseconds) => {
    expect(millisecondsOf(text)).toBe(milliseconds)
  })
  test('finer than a millisecond is rounded up, whatever its digits', () => {
    const second = Date.UTC(2026, 10, 25, 12, 34, 56)
    const at = (fraction: string) => millisecondsOf(`2026-11-25T12:34:56.${fraction}Z`)
    expect(at(`000${'0'.repeat(1_000)}`)).toBe(second)
    expect(at(`000${'0'.repeat(1_000)}1`)).toBe(second + 1)
    expect(at('9999999999')).toBe(second + 1000)
  })
  test('may be a leap second, where a month ends in UTC, and is the beginning of the next', () => {
    const next = Date.UTC(2017, 0, 1)
    expect(millisecondsOf('2016-12-31T23:59:60Z')).toBe(next)
    expect(millisecondsOf('2016-12-31T15:59:60.5-08:00')).toBe(next + 500)
    for (const none of ['2016-12-31T22:59:60Z', '2016-12-30T23:59:60Z', '2016-12-31T23:59:61Z'])
      expect(millisecondsOf(none)).toBeUndefined()
  })
})

test.each([
  '',
  '2026-11-25',
  '2026-11-25T12:34:56',
  '2026-11-25 12:34:56Z',
  '2026-11-25T12:34Z',
  '2026-11-25T12:34:56.Z',
  '2026-11-25T12:34:56,5Z',
  '2026-11-25T12:34:56+02',
  '2026-11-25T12:34:56+0200',
  '2026-11-25T12:34:56+24:00',
  '2026-11-25T12:34:56+02:60',
  '2026-11-25T24:00:00Z',
  '2026-11-25T12:60:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-31T00:00:00+01:00',
  '2026-00-01T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '+002026-11-25T12:34:56Z',
  ' 2026-11-25T12:34:56Z',
  '２026-11-25T12:34:56Z',
])('is not this: %j', (text) => expect(millisecondsOf(text)).toBeUndefined())
