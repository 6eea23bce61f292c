import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { bearerOf, isOperator, requireOperator } from '../../functions/api/operator-key.ts'
import { Problem } from '../../functions/problems/problem.ts'

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')
const one = hashOf('first-key')
const two = `${one}, ${hashOf('second-key')}`

afterEach(() => vi.unstubAllEnvs())

describe('the header of a bearer', () => {
  test.each([
    'Bearer k',
    'bearer k',
    'BEARER   k',
    'Bearer \t k',
    ' Bearer k ',
    'Bearer k, bearer  k',
  ])('has one spelling, and is one key: %j', (header) => {
    expect(bearerOf(header)).toBe('Bearer k')
    expect(isOperator(header.split(',')[0], hashOf('k'))).toBe(true)
  })
  test('is refused with 400 where its copies are different keys', () => {
    expect(() => bearerOf('Bearer a, bearer b')).toThrow(expect.objectContaining({ status: 400 }))
  })
  test('keeps the case of the key', () => {
    expect(bearerOf('bearer Key')).toBe('Bearer Key')
  })
  test.each([undefined, '', 'Bearer', 'Basic a, b', 'k'])(
    'is left alone where it is none: %j',
    (header) => {
      expect(bearerOf(header)).toBe(header)
    },
  )
})

describe("the operator's key", () => {
  test('is the bearer whose hash is set, whatever the case of the scheme and of the hash', () => {
    expect(isOperator('Bearer first-key', one)).toBe(true)
    expect(isOperator('bearer   first-key', one.toUpperCase())).toBe(true)
  })
  test('may be either of two while it is rotated', () => {
    expect(isOperator('Bearer first-key', two)).toBe(true)
    expect(isOperator('Bearer second-key', two)).toBe(true)
    expect(isOperator('Bearer third-key', two)).toBe(false)
  })
  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'first-key',
    'Basic first-key',
    'Bearer first-key x',
    'Bearer First-key',
    `Bearer ${one}`,
  ])('is nothing else: %s', (authorization) => expect(isOperator(authorization, one)).toBe(false))
  test.each(['', ',', 'zz', one.slice(2), `${one}00`])(
    'never matches what is no hash: %j',
    (hashes) => {
      expect(isOperator('Bearer first-key', hashes)).toBe(false)
      expect(isOperator('Bearer ', hashes)).toBe(false)
    },
  )
  test('is asked for with 401 where one is set', () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', one)
    expect(() => requireOperator(undefined)).toThrow(Problem)
    expect(() => requireOperator('Bearer other')).toThrow(expect.objectContaining({ status: 401 }))
    expect(requireOperator('Bearer first-key')).toBeUndefined()
  })
  test('is not asked for where none is set', () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', '')
    expect(requireOperator(undefined)).toBeUndefined()
  })
  test('lets nobody in where there is none and only creating is open', () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', 'none')
    for (const header of [undefined, 'Bearer none', 'Bearer first-key'])
      expect(() => requireOperator(header), header).toThrow(
        expect.objectContaining({ status: 401, message: expect.stringContaining('has none') }),
      )
  })
  test('lets nobody in where what is set is no hash', () => {
    vi.stubEnv('OPERATOR_KEY_SHA256', 'not-a-hash')
    expect(() => requireOperator('Bearer not-a-hash')).toThrow(
      expect.objectContaining({ status: 401 }),
    )
  })
})
