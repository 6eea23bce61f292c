import { describe, expect, test } from 'vitest'
import { created, newRows, readKey, requestKeyOf } from '../../functions/accept/accept.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { chatParent } from '../../functions/protocol/model/parent.ts'
import { emptyHead } from '../../functions/protocol/table/head.ts'
import { problem } from '../support/problem.ts'
import { messageValue } from '../support/values.ts'

describe('an Idempotency-Key', () => {
  test('is none where the header is absent', () => expect(readKey(undefined)).toBeUndefined())
  test('is the same quoted, bare, and with white space around', () => {
    for (const header of ['abc', '"abc"', ' abc ', ' "abc" ']) expect(readKey(header)).toBe('abc')
  })
  test.each(['"', 'a"', '"a', 'a"b', "'a'"])('keeps quotes that do not enclose it: %s', (key) => {
    expect(readKey(key)).toBe(key)
  })
  test('has 1 to 255 characters', () => {
    expect(readKey('k')).toBe('k')
    expect(readKey('k'.repeat(255))).toHaveLength(255)
    expect(readKey(`"${'k'.repeat(255)}"`)).toHaveLength(255)
    for (const header of ['', ' ', '""', 'k'.repeat(256)]) {
      const refusal = {
        status: 400,
        errors: [expect.objectContaining({ parameter: 'Idempotency-Key' })],
      }
      expect(() => readKey(header)).toThrow(expect.objectContaining(refusal))
      expect(() => readKey(header)).toThrow(Problem)
    }
  })
  test('may come in equal copies, on lines of its own or joined by a proxy', () => {
    for (const header of ['abc, abc', '"abc","abc"', 'abc, "abc"', 'abc,', ' abc ,abc,abc'])
      expect(readKey(header)).toBe('abc')
    expect(readKey('"a, b"')).toBe('a, b')
  })
  test.each(['abc, abd', '"a", "b"', 'a,b', '"a, b", "a"', ','])(
    'that is two keys, or none, is 400: %s',
    (header) => {
      const error = problem(() => readKey(header))
      expect(error).toMatchObject({ status: 400, errors: [{ parameter: 'Idempotency-Key' }] })
    },
  )
  test('is a key of its scope alone', () => {
    const key = (...scope: string[]) => requestKeyOf({ 'idempotency-key': 'k' }, scope)
    const keys = [
      key('a', 'b'),
      key('a', 'c'),
      key('ab'),
      key('a', 'b', ''),
      key('a"', 'b'),
      key('a', '"b'),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(key('a', 'b')).toBe(key('a', 'b'))
    expect(key('a')).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(requestKeyOf({}, ['a'])).toBeUndefined()
  })
})

describe('what a create answers', () => {
  test('is the row as it will be', () => {
    const value = messageValue('b')
    const parent = chatParent('0'.repeat(32), 1)
    const other = { ...value, body: 'c' }
    const values = [value, other]
    const reservation = { rid: 'r', rev: 5, parent, number: 3, act: 'create' as const, values }
    expect(newRows({ reservation, head: emptyHead, replayed: false })).toEqual([
      { number: 3, rid: 'r', rev: 5, count: 0, value },
      { number: 4, rid: 'r', rev: 5, count: 0, value: other },
    ])
  })
  test('is 201 with a relative Location, and says when it is a replay', () => {
    expect(created(false, 'chats/3', { number: 3 })).toEqual({
      status: 201,
      headers: { Location: 'chats/3' },
      body: { number: 3 },
    })
    expect(created(true, 'chats/3', {}).headers).toMatchObject({ 'Idempotency-Replayed': 'true' })
  })
})
