import { describe, expect, test, vi } from 'vitest'
import { checkBody, readJson, requirePlain } from '../../functions/api/read-body.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { messageKind } from '../../functions/kinds/message.ts'
import { limits } from '../../functions/limits/limits.ts'
import type { Problem } from '../../functions/problems/problem.ts'
import { eventOf } from '../support/event.ts'
import { problem } from '../support/problem.ts'

const bodyOf = (body: string | Uint8Array) => readJson(eventOf({ method: 'POST', body }))
const check = (body: string) => checkBody(messageKind.create, bodyOf(body))
const pointers = (error: Problem) => error.errors.map((each) => each.pointer)

describe('a body', () => {
  test('is parsed from base64 bytes and counted in bytes', () => {
    expect(bodyOf('{"a":"é"}')).toMatchObject({ value: { a: 'é' }, bytes: 10 })
  })
  test('is parsed from text where the gateway did not encode it', () => {
    const event = { ...eventOf({}), body: '{"a":"é"}', isBase64Encoded: false }
    expect(readJson(event)).toMatchObject({ value: { a: 'é' }, bytes: 10 })
  })
  test('that is absent or empty is no value, and no error yet', () => {
    expect(readJson(eventOf({}))).toMatchObject({ value: undefined, bytes: 0 })
    expect(bodyOf('')).toMatchObject({ value: undefined, bytes: 0 })
  })
  test.each(['{', '{"a":1,}', "{'a':1}", 'NaN', ' ', '{"a":1}{', '\ufeff\ufeff{}', '"\u0001"'])(
    'that is not JSON is 400: %j',
    (body) => {
      expect(problem(() => bodyOf(body))).toMatchObject({ status: 400, type: 'malformed-request' })
    },
  )
  test('may begin with a byte order mark, which is not part of it', () => {
    expect(bodyOf('\ufeff{"a":"\ufeff"}')).toMatchObject({ value: { a: '\ufeff' }, bytes: 14 })
  })
  test.each(['gzip', 'br', 'deflate, gzip', 'identity, gzip'])(
    'that is packed is 415: %s',
    (encoding) => {
      expect(problem(() => requirePlain(encoding))).toMatchObject({
        status: 415,
        headers: { 'Accept-Encoding': 'identity' },
      })
    },
  )
  test('may say that it is not packed', () => {
    for (const encoding of [undefined, '', 'identity', ' Identity '])
      expect(() => requirePlain(encoding)).not.toThrow()
  })
  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a sequence cut short', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('that is not UTF-8 is 400, and never replaced: %s', (_, bytes) => {
    const body = Buffer.concat([Buffer.from('{"body":"'), Buffer.from(bytes), Buffer.from('"}')])
    expect(problem(() => bodyOf(body))).toMatchObject({
      status: 400,
      message: 'the body is not valid UTF-8',
    })
  })
  test('is refused as malformed without repeating any of it', () => {
    expect(problem(() => bodyOf('{"secret')).message).toBe('the body is not valid JSON')
  })
  test.each(['[]', '[1]', '"text"', '1', 'true', 'null'])(
    'that is no object is 422 at its root: %s',
    (body) => {
      for (const schema of [messageKind.create, chatKind.create, applicationKind.create]) {
        const error = problem(() => checkBody(schema, bodyOf(body)))
        expect(error).toMatchObject({
          status: 422,
          errors: [{ pointer: '', detail: 'must be a JSON object' }],
        })
      }
    },
  )
  test('with a field missing names it', () => {
    expect(problem(() => check('{}'))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/body', detail: 'is required' }],
    })
  })
  test.each(['1', 'true', 'null', '[]', '{}'])(
    'with a field of another type names it: %s',
    (value) => {
      const error = problem(() => check(`{"body":${value}}`))
      expect(error).toMatchObject({
        status: 422,
        errors: [{ pointer: '/body', detail: 'must be a string' }],
      })
    },
  )
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'Body', 'body ', ''])(
    'with an unknown field names it: %j',
    (field) => {
      const error = problem(() =>
        check(JSON.stringify({ body: 'x' }).replace('}', `,${JSON.stringify(field)}:1}`)),
      )
      expect(error).toMatchObject({ status: 422 })
      expect(pointers(error)).toEqual([`/${field}`])
    },
  )
  test('names a field by a JSON Pointer whose ~ and / are escaped', () => {
    expect(pointers(problem(() => check('{"body":"x","a/b~c":1}')))).toEqual(['/a~1b~0c'])
  })
  test('is 422 where JSON would change a number in it, with its place', () => {
    const error = problem(() =>
      check('{"body":"x","metadata":{"a/b":[1,1e400,{"c":-0}],"d":9007199254740993}}'),
    )
    expect(error).toMatchObject({ status: 422, type: 'invalid-field' })
    expect(pointers(error)).toEqual(['/metadata/a~1b/1', '/metadata/a~1b/2/c', '/metadata/d'])
    expect(check('{"body":"-0 1e400","metadata":{"-0":"1e400","a":[1.50,1e3]}}')).toMatchObject({
      metadata: { a: [1.5, 1000] },
    })
  })
  test('names a bounded number of wrong numbers', () => {
    const long = 'x'.repeat(2_000)
    const error = problem(() =>
      check(`{"body":"x","metadata":{"${long}":[${Array(500).fill('-0')}]}}`),
    )
    expect(pointers(error)).toHaveLength(20)
  })
  test('names the first 20 of many unknown fields, and says how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, 1]))
    const error = problem(() => check(JSON.stringify(many)))
    expect(pointers(error)).toEqual(Array.from({ length: 20 }, (_, i) => `/f${i}`))
    expect(error.message).toMatch(/f19 is not a known field; and 9980 more$/)
  })
  test('names every field that is wrong at once', () => {
    const error = problem(() => check('{"body":"","sender":1,"metadata":[]}'))
    expect(pointers(error)).toEqual(['/body', '/sender', '/metadata'])
  })
  test('takes the last of two equal names, as JSON.parse does', () => {
    expect(check('{"body":"a","body":"b"}')).toEqual({ body: 'b' })
  })
  test('that is too large as a whole is 413, before its fields are looked at', () => {
    const large = JSON.stringify({ body: '', other: 'x'.repeat(limits.requestBytes) })
    expect(problem(() => check(large))).toMatchObject({ status: 413, type: 'payload-too-large' })
  })
  test('that is too large is 413 whatever it is made of, for it is not parsed', () => {
    const parse = vi.spyOn(JSON, 'parse')
    for (const large of ['['.repeat(4_000_000), 'x'.repeat(limits.requestBytes + 1)]) {
      const body = bodyOf(large)
      expect(body).toEqual({ value: undefined, bytes: large.length, text: '' })
      expect(problem(() => checkBody(messageKind.create, body))).toMatchObject({ status: 413 })
    }
    expect(parse).not.toHaveBeenCalled()
    parse.mockRestore()
  })
  test('may be as large as the limit', () => {
    const frame = JSON.stringify({ body: 'x' })
    expect(check(`${frame}${' '.repeat(limits.requestBytes - frame.length)}`)).toEqual({
      body: 'x',
    })
  })
  test.each([
    ['metadata', (deep: string) => `{"body":"x","metadata":{"a":${deep}}}`],
    ['a text field', (deep: string) => `{"body":${deep}}`],
    ['an unknown field', (deep: string) => `{"body":"x","other":${deep}}`],
    ['the root', (deep: string) => deep],
  ])('nested 60,000 deep is refused, it does not break the stack: %s', (_, around) => {
    const deep = '['.repeat(60_000) + ']'.repeat(60_000)
    expect(problem(() => check(around(deep)))).toMatchObject({ status: 422 })
  })
})
