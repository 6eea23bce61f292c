import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashOfValue, setFields } from '../../functions/accept/payload-hash.ts'

const hash = (json: string) => hashOfValue(JSON.parse(json))

/** The same value, the names of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  )
}

describe('the hash of a payload', () => {
  test('tells values apart, and does not tell what is in them', () => {
    expect(hash('{"title":"a"}')).not.toBe(hash('{"title":"b"}'))
    expect(hash('{"title":null}')).not.toBe(hash('{"title":"null"}'))
    expect(hash('{"a":[1,2]}')).not.toBe(hash('{"a":[2,1]}'))
    expect(hash('{"a":["1"]}')).not.toBe(hash('{"a":{"0":"1"}}'))
    expect(hash('{"__proto__":{"a":1}}')).not.toBe(hash('{"__proto__":{"a":2}}'))
    expect(hash('{"title":"secret"}')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
  test('is that of the value, whatever the order of its names and the spelling of its numbers', () => {
    expect(hash('{"b":{"d":1,"c":[{"y":1,"x":2}]},"a":1.50,"é":1e3}')).toBe(
      hash('{"é":1000,"a":1.5,"b":{"c":[{"x":2,"y":1}],"d":1}}'),
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => hashOfValue(reversed(value)) === hashOfValue(value)),
    )
  })
  test('is made of metadata as deep as a request may hold', () => {
    expect(hash(`${'['.repeat(2_045)}${']'.repeat(2_045)}`)).toHaveLength(43)
  })
  test('has no field that is as it would be unset', () => {
    const unset = { sender: null, metadata: null }
    expect(setFields({ body: 'x', sender: null, metadata: {} }, unset)).toEqual({
      body: 'x',
      metadata: {},
    })
    expect(setFields({ body: null }, unset)).toEqual({ body: null })
  })
})
