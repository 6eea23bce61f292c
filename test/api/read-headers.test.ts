import { describe, expect, test } from 'vitest'
import { bearerOf } from '../../functions/api/operator-key.ts'
import { givenOnce, readHeaders } from '../../functions/api/read-headers.ts'
import { eventOf } from '../support/event.ts'
import { problem } from '../support/problem.ts'

describe('headers', () => {
  test('have names in lower case', () => {
    expect(readHeaders(eventOf({ headers: { 'If-Match': '"1"' } }))).toEqual({ 'if-match': '"1"' })
  })
  test('on several lines are one list, in their order', () => {
    const event = {
      ...eventOf({ headers: { 'If-Match': '"2"', Accept: '*/*' } }),
      multiValueHeaders: { 'if-match': ['"1"', '"2"'] },
    }
    expect(readHeaders(event)).toEqual({ 'if-match': '"1", "2"', accept: '*/*' })
  })
})

describe('a header with one value', () => {
  const value = (text: string) => givenOnce('X', text)
  test('may come in equal copies', () => {
    for (const text of ['a', 'a, a', ' a ,a,', ', a']) expect(value(text)).toBe('a')
    expect(value('"a,b", "a,b"')).toBe('"a,b"')
    expect(value('')).toBe('')
  })
  test('is 400 where the copies differ', () => {
    expect(problem(() => value('a, b'))).toMatchObject({
      status: 400,
      errors: [{ parameter: 'X', detail: 'must be given once' }],
    })
  })
  test("is the operator's key, too; other schemes are not taken apart", () => {
    expect(bearerOf('Bearer a, Bearer a')).toBe('Bearer a')
    expect(problem(() => bearerOf('Bearer a, Bearer b'))).toMatchObject({
      status: 400,
      errors: [{ parameter: 'Authorization' }],
    })
    expect(bearerOf('Digest a="1", b="2"')).toBe('Digest a="1", b="2"')
    expect(bearerOf(undefined)).toBeUndefined()
  })
})
