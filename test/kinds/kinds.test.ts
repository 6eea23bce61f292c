import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { messageKind } from '../../functions/kinds/message.ts'
import { limits } from '../../functions/limits/limits.ts'

const messagesOf = (schema: v.GenericSchema, value: unknown): string[] => {
  const parsed = v.safeParse(schema, value)
  return parsed.success ? [] : parsed.issues.map((issue) => issue.message)
}
const accepts = (schema: v.GenericSchema, value: unknown) => v.is(schema, value)

/** The fields of one text each, with how to put a value into a payload that is otherwise right. */
const texts = [
  ['name', applicationKind.create, (name: unknown) => ({ name })],
  ['title', chatKind.create, (title: unknown) => ({ title })],
  ['sender', messageKind.create, (sender: unknown) => ({ body: 'x', sender })],
  ['body', messageKind.create, (body: unknown) => ({ body })],
] as const

describe.each(texts)('%s', (_, schema, payload) => {
  test.each(['', ' ', '\t\r\n', '\u00a0', '\u3000', '\u2028', '\ufeff'])(
    'must not be blank: %j',
    (text) => {
      expect(messagesOf(schema, payload(text))).toContain('must not be blank')
    },
  )
  test.each(['a\u0000b', '\u0000'])('must not contain U+0000: %j', (text) => {
    expect(messagesOf(schema, payload(text))).toEqual(['must not contain U+0000'])
  })
  test.each(['\ud83d', '\ude00', 'a\ude00\ud83db', 'x\ud83d'])(
    'must not contain a lone surrogate: %j',
    (text) => {
      expect(messagesOf(schema, payload(text))).toEqual(['must not contain a lone surrogate'])
    },
  )
  test.each([1, true, [], {}, ['text']])('must be a string: %j', (value) => {
    expect(accepts(schema, payload(value))).toBe(false)
  })
  test.each([
    '\u0001\u001b\u007f',
    '\u200b',
    ' x ',
    '\ufffe\uffff',
    '😀',
    'e\u0301',
    '<b>&amp;"\'\\',
    'مرحبا',
    '你好',
  ])('is kept as it is sent: %j', (text) =>
    expect(v.parse(schema, payload(text))).toEqual(payload(text)),
  )
})

describe('lengths', () => {
  test.each(texts.slice(0, 3))('of %s are code points, not UTF-16 units', (_, schema, payload) => {
    expect(accepts(schema, payload('😀'.repeat(255)))).toBe(true)
    expect(messagesOf(schema, payload('😀'.repeat(256)))).toEqual([
      'must have at most 255 characters',
    ])
    expect(accepts(schema, payload('x'.repeat(256)))).toBe(false)
  })
  test('of a body are bytes of UTF-8', () => {
    const { bodyBytes } = limits
    expect(accepts(messageKind.create, { body: 'x'.repeat(bodyBytes) })).toBe(true)
    expect(accepts(messageKind.create, { body: 'x'.repeat(bodyBytes + 1) })).toBe(false)
    expect(accepts(messageKind.create, { body: '😀'.repeat(bodyBytes / 4) })).toBe(true)
    expect(messagesOf(messageKind.create, { body: `${'é'.repeat(bodyBytes / 2)}x` })).toEqual([
      `must have at most ${bodyBytes} bytes of UTF-8`,
    ])
  })
  test('leave room in a request for the longest body with every character escaped', () => {
    expect(limits.requestBytes).toBeGreaterThan(6 * (limits.bodyBytes + limits.metadataBytes))
  })
})

describe('metadata', () => {
  const metadata = (value: unknown) =>
    messagesOf(messageKind.create, { body: 'x', metadata: value })
  const tooLarge = `must have at most ${limits.metadataBytes} bytes as JSON`
  const nested = (levels: number) => ({ a: JSON.parse('['.repeat(levels) + ']'.repeat(levels)) })

  test.each([[], 'text', 1, true])('must be a JSON object: %j', (value) => {
    expect(metadata(value)[0]).toBe('must be a JSON object')
  })
  test('is kept as it is, whatever its names', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":null,"z":1,"a":[1.5,"ü",{"":""}]}')
    const parsed = v.parse(messageKind.create, { body: 'x', metadata: value })
    expect(JSON.stringify(parsed.metadata)).toBe(JSON.stringify(value))
  })
  test('may be null or empty', () => {
    expect(metadata(null)).toEqual([])
    expect(metadata({})).toEqual([])
  })
  test('has a size in bytes of its JSON', () => {
    const frame = JSON.stringify({ a: '' }).length
    expect(metadata({ a: 'x'.repeat(limits.metadataBytes - frame) })).toEqual([])
    expect(metadata({ a: 'x'.repeat(limits.metadataBytes - frame + 1) })).toEqual([tooLarge])
    expect(metadata({ a: 'é'.repeat(limits.metadataBytes / 2) })).toEqual([tooLarge])
  })
  test('may be as deep as fits into its bytes', () => {
    expect(metadata(nested((limits.metadataBytes - '{"a":}'.length) / 2))).toEqual([])
  })
  test.each([2_100, 10_000, 60_000])('is too large when it is nested %i deep', (levels) => {
    expect(metadata(nested(levels))).toEqual([tooLarge])
  })
  test('is too large when it is as wide as a request can be', () => {
    expect(metadata({ a: Array(limits.requestBytes / 2).fill(0) })).toEqual([tooLarge])
  })
  test.each([
    { 'a\u0000': 1 },
    { a: '\u0000' },
    { a: [{ b: ['\ud800'] }] },
    { a: { '\udc00': 1 } },
  ])('must not contain U+0000 or a lone surrogate, however deep: %j', (value) => {
    expect(metadata(value)).toEqual(['must not contain U+0000 or a lone surrogate'])
  })
})

describe('what may be left out or cleared', () => {
  test('is everything in an update', () => {
    expect(
      [applicationKind.update, chatKind.update, messageKind.update].every((schema) =>
        accepts(schema, {}),
      ),
    ).toBe(true)
  })
  test('is not what a resource must have, when it is replaced', () => {
    expect(accepts(applicationKind.replace, {})).toBe(false)
    expect(accepts(messageKind.replace, { sender: 'x' })).toBe(false)
  })
  test('is cleared with null where it is optional, and only there', () => {
    expect(v.parse(messageKind.update, { sender: null, metadata: null })).toEqual({
      sender: null,
      metadata: null,
    })
    expect(v.parse(chatKind.update, { title: null })).toEqual({ title: null })
    expect(accepts(messageKind.update, { body: null })).toBe(false)
    expect(accepts(applicationKind.update, { name: null })).toBe(false)
  })
})
