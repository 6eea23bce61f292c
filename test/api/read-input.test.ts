import { describe, expect, test } from 'vitest'
import { checkBody, readJson, readPath, readQuery } from '../../functions/api/read-input.ts'
import { listQuery, noQuery, searchQuery } from '../../functions/api/schemas/queries.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { messageKind } from '../../functions/kinds/message.ts'
import { limits } from '../../functions/limits/limits.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { eventOf } from '../support/event.ts'

/** The Problem that `work` throws; anything else fails the test. */
function problem(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const bodyOf = (body: string | Uint8Array) => readJson(eventOf({ method: 'POST', body }))
const check = (body: string) => checkBody(messageKind.create, bodyOf(body))
const pointers = (error: Problem) => error.errors.map((each) => each.pointer)
const parameters = (error: Problem) => error.errors.map((each) => each.parameter)

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
  test.each(['{', '{"a":1,}', "{'a':1}", 'NaN', ' ', '{"a":1}{', '\ufeff{}', '"\u0001"'])(
    'that is not JSON is 400: %j',
    (body) => {
      expect(problem(() => bodyOf(body))).toMatchObject({ status: 400, type: 'malformed-request' })
    },
  )
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

describe('a path', () => {
  const chat = (raw: string) => readPath(eventOf({ pathParameters: { token: 't', chat: raw } }))

  test('has 0 and nothing for the parameters that its route lacks', () => {
    expect(readPath(eventOf({}))).toEqual({ token: '', chat: 0, message: 0 })
  })
  test('has numbers', () => {
    const pathParameters = { token: 't', chat: '1', message: '9007199254740991' }
    expect(readPath(eventOf({ pathParameters }))).toEqual({
      token: 't',
      chat: 1,
      message: 2 ** 53 - 1,
    })
  })
  test('keeps the token as the gateway decoded it', () => {
    expect(readPath(eventOf({ pathParameters: { token: 'a%2fb/ü' } })).token).toBe('a%2fb/ü')
  })
  test.each([
    '0',
    '-0',
    '-1',
    '+1',
    '1e3',
    '01',
    '1.0',
    ' 1',
    '1 ',
    '1\n',
    '',
    'abc',
    '0x1',
    '١',
    '1,000',
    'NaN',
  ])('with what is not a number from 1 is 400 and names it: %j', (raw) => {
    const error = problem(() => chat(raw))
    expect(error).toMatchObject({ status: 400, type: 'invalid-parameter' })
    expect(parameters(error)).toEqual(['chat'])
  })
  test.each(['9007199254740992', '9999999999999999', '10000000000000000', '9'.repeat(400)])(
    'with a number that no counter reaches is 404: %s',
    (raw) => expect(problem(() => chat(raw))).toMatchObject({ status: 404, type: 'not-found' }),
  )
  test('names the message when it is the message that is wrong', () => {
    const pathParameters = { token: 't', chat: '1', message: 'x' }
    expect(parameters(problem(() => readPath(eventOf({ pathParameters }))))).toEqual(['message'])
  })
})

describe('a query', () => {
  const list = (query: Record<string, string[]>) => readQuery(listQuery, eventOf({ query }))

  test('that is absent has the defaults', () => {
    expect(readQuery(listQuery, eventOf({}))).toEqual({ limit: limits.page.default })
    expect(readQuery(noQuery, eventOf({}))).toEqual({})
  })
  test('has numbers and words', () => {
    const query = { after: ['0'], before: ['9007199254740991'], order: ['desc'], limit: ['1000'] }
    expect(list(query)).toEqual({ after: 0, before: 2 ** 53 - 1, order: 'desc', limit: 1000 })
  })
  test.each(['limit', 'after', 'before', 'around'])(
    'refuses what is no whole number: %s',
    (name) => {
      for (const raw of [
        '',
        '-1',
        '1.5',
        '1e3',
        ' 1',
        '01',
        'abc',
        '9007199254740992',
        '9'.repeat(40),
      ]) {
        const error = problem(() => list({ [name]: [raw] }))
        expect(error, raw).toMatchObject({ status: 400 })
        expect(parameters(error), raw).toContain(name)
      }
    },
  )
  test.each(['0', '1001'])('refuses a limit out of range, it is never clamped: %s', (limit) => {
    expect(parameters(problem(() => list({ limit: [limit] })))).toEqual(['limit'])
  })
  test.each(['ascending', 'DESC', ''])('refuses another order: %j', (order) => {
    expect(parameters(problem(() => list({ order: [order] })))).toEqual(['order'])
  })
  test('refuses a parameter given twice, also with the same value', () => {
    const error = problem(() => list({ limit: ['1', '1'] }))
    expect(error).toMatchObject({
      status: 400,
      errors: [{ parameter: 'limit', detail: 'must be given once' }],
    })
  })
  test.each(['page', 'constructor', '__proto__', 'toString', 'Limit', ''])(
    'refuses an unknown one: %j',
    (name) => {
      const query = Object.fromEntries([[name, ['1']]])
      for (const schema of [noQuery, listQuery, searchQuery]) {
        const error = problem(() => readQuery(schema, eventOf({ query })))
        expect(error).toMatchObject({ status: 400 })
        expect(parameters(error)).toEqual([name])
      }
    },
  )
  test.each(['after', 'before'])('refuses around together with %s', (bound) => {
    expect(problem(() => list({ around: ['5'], [bound]: ['1'] }))).toMatchObject({ status: 400 })
  })
})
