import { describe, expect, test } from 'vitest'
import { readKey } from '../../functions/accept/accept.ts'
import { acceptsGzip } from '../../functions/api/accept-encoding.ts'
import { readCall } from '../../functions/api/call.ts'
import { isKnown, requireMatch } from '../../functions/api/etags.ts'
import { isOperator } from '../../functions/api/operator-key.ts'
import type { Operation } from '../../functions/api/routes.ts'
import { limits } from '../../functions/limits/limits.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { criteriaOf } from '../../functions/search/criteria.ts'
import { highlighter } from '../../functions/search/highlight.ts'
import { placeOf } from '../../functions/search/hits.ts'
import { scorerOf } from '../../functions/search/score.ts'
import { costRatio } from '../support/cost.ts'
import { eventOf, type Request } from '../support/event.ts'
import { messageValue } from '../support/values.ts'

const bound = 24
/**
 * Eight times as much of a field costs about eight times as much, and 64 times where the time is
 * quadratic. The bound lies far from both, so that a busy machine does not decide.
 */
const expectLinear = (work: (size: number) => () => unknown, size: number) =>
  expect(costRatio(work(Math.floor(size / 4)), work(2 * size), bound)).toBeLessThan(bound)

/** Reads a request to its end; a refusal is an end, too. */
function readAll(operation: Operation, request: Request): () => void {
  const event = eventOf(request)
  return () => {
    try {
      const call = readCall(operation, event)
      call.body()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }
}

/** Half of what a body may have, so that the double is read to its end, too. */
const half = Math.floor(limits.requestBytes / 2) - 100

const fill = (unit: string) => (size: number) => unit.repeat(Math.floor(size / unit.length))
const metadata = (inner: string) => `{"body":"x","metadata":{"a":${inner}}}`

/** Bodies by their size in bytes. */
const bodies: Record<string, (size: number) => string> = {
  'a fraction of zeros and a one': (size) => metadata(`1.${'0'.repeat(size)}1`),
  'zeros, then a one': (size) => metadata(`0.${'0'.repeat(size)}1`),
  'a one, then zeros': (size) => metadata(`1${'0'.repeat(size)}.1`),
  'zeros and ones in turn': (size) => metadata(`1.${fill('01')(size)}`),
  'a long exponent': (size) => metadata(`1e${'9'.repeat(size)}`),
  'many long numbers': (size) => metadata(`[${fill(`1.${'0'.repeat(500)}1,`)(size)}1]`),
  'many numbers that JSON would change': (size) => metadata(`[${fill('-0,')(size)}1]`),
  'nested arrays': (size) => metadata(`${fill('[')(size / 2)}1${fill(']')(size / 2)}`),
  'nested arrays at the root': (size) => `${fill('[')(size / 2)}${fill(']')(size / 2)}`,
  'nested objects': (size) => metadata(`${fill('{"a":')(size / 2)}1${fill('}')(size / 8)}`),
  'many names in metadata': (size) =>
    metadata(`{${Array.from({ length: size / 10 }, (_, i) => `"${i}":0`).join()}}`),
  'many unknown fields': (size) =>
    `{${Array.from({ length: size / 10 }, (_, i) => `"${i}":0`).join()},"body":"x"}`,
  'one long unknown field': (size) => `{"body":"x","${fill('/~')(size)}":1}`,
  'many empty arrays': (size) => metadata(`[${fill('[],')(size)}1]`),
  'many messages': (size) => `{"messages":[${fill('{},')(size)}{"body":"x"}]}`,
  'many unknown fields in many messages': (size) =>
    `{"messages":[${fill('{"a":1,"b":2},')(size)}{}]}`,
  'escaped quotes': (size) => `{"body":"${fill('\\"')(size)}"}`,
  'escaped quotes without an end': (size) => `{"body":"${fill('\\"')(size)}`,
  'escaped backslashes in metadata': (size) => metadata(`"${fill('\\\\')(size)}"`),
  'escapes of lone surrogates': (size) => `{"body":"${fill('\\ud800')(size)}"}`,
  'characters of four bytes': (size) => `{"body":"x","sender":"${fill('😀')(size)}"}`,
  'white space in a field': (size) => `{"body":"${fill(' ')(size)}"}`,
  'white space between tokens': (size) => `{"body":${fill(' \n')(size)}"x"}`,
  'white space alone': fill(' '),
  quotes: fill('"'),
  digits: fill('1'),
  'no JSON': fill('x'),
}
describe('the cost of a body is linear in its length', () => {
  test.each(Object.entries(bodies))('%s', (_, body) => {
    const request = (size: number) => ({
      method: 'POST',
      pathParameters: { token: 't', chat: '1' },
      body: body(size),
    })
    expectLinear((size) => readAll('create-message', request(size)), half)
  })
  test('and one that is too large is not parsed, whatever its size', () => {
    const request = (size: number) => ({
      method: 'POST',
      pathParameters: { token: 't' },
      body: '['.repeat(size),
    })
    const allowed = readAll('create-chat', request(limits.requestBytes))
    const large = readAll('create-chat', request(4_000_000))
    expect(costRatio(allowed, large, 1)).toBeLessThan(1)
  })
})

/** As much as a gateway lets through in all headers together, halved. */
const header = 5_000
const spaces = (size: number) => `a${' '.repeat(size)}b`
const texts: Record<string, (size: number) => string> = {
  quotes: fill('"'),
  'quotes and commas': fill('",'),
  'empty tags': fill('"",'),
  'weak tags': fill('W/"a",'),
  'beginnings of weak tags': fill('W/'),
  'a long tag': (size) => `"${fill('a')(size)}"`,
  'a tag of digits': (size) => `"${fill('1')(size)}-stored-0"`,
  'white space within': spaces,
  'white space and an end': (size) => `gzip${' '.repeat(size)};q=0${' '.repeat(size)}x`,
  commas: fill(','),
  semicolons: fill(';'),
  weights: fill('gzip;q=0,'),
  zeros: (size) => `gzip;q=0.${'0'.repeat(size)}1`,
  'Bearer and spaces': (size) => `Bearer${' '.repeat(size)}x x`,
  letters: fill('a'),
}
/** What reads a header's value. */
const row = { number: 1, rid: 'r', rev: 1, count: 0, value: messageValue('x') }
const readers: Record<string, (value: string) => unknown> = {
  'Idempotency-Key': readKey,
  'If-Match': (value) => {
    readAll('update-message', { method: 'PATCH', headers: { 'If-Match': value } })()
    requireMatch({ 'if-match': value }, row, 'stored')
  },
  'If-None-Match': (value) => isKnown(value, '"1-stored-0"'),
  'Accept-Encoding': acceptsGzip,
  Authorization: (value) => isOperator(value, '0'.repeat(64)),
}
const orRefused = (work: () => unknown) => () => {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}
describe.each(Object.entries(readers))('the cost of %s is linear in its length', (_, reader) => {
  test.each(Object.entries(texts))('%s', (_, text) => {
    const work = (size: number) => {
      const value = text(size)
      return orRefused(() => reader(value))
    }
    expectLinear(work, header)
  })
})

describe('the cost of a query is linear in its length', () => {
  const values: Record<string, (size: number) => string> = {
    letters: fill('a'),
    'characters of four bytes': fill('😀'),
    'white space': fill(' '),
    'words of one letter': fill('a '),
    'one word of spaces': spaces,
    digits: fill('1'),
    'an instant of many digits': (size) => `2026-11-25T12:00:00.${'0'.repeat(size)}1Z`,
    'an instant of many nines': (size) => `2026-11-25T12:00:00.${'9'.repeat(size)}`,
  }
  const parameters = ['q', 'sender', 'from', 'after', 'limit', 'unknown']
  const cases = parameters.flatMap((name) =>
    Object.entries(values).map(([kind, value]) => [name, kind, value] as const),
  )
  test.each(cases)('%s: %s', (name, _, value) => {
    const work = (size: number) => {
      const query = { q: ['x'], mode: ['words'], [name]: [value(size)] }
      const event = eventOf({ pathParameters: { token: 't', chat: '1' }, query })
      return orRefused(() => criteriaOf(readCall('search-messages', event).query))
    }
    expectLinear(work, header)
  })
  test('many parameters', () => {
    const query = (size: number) =>
      Object.fromEntries(
        // From some thousand on: V8 keeps fewer in another, cheaper form.
        Array.from({ length: size / 2 }, (_, i) => [`p${i}`, ['1', '2']]),
      )
    expectLinear((size) => readAll('list-chats', { query: query(size) }), 4 * header)
  })
  test('a path', () => {
    const path = (size: number) => ({ pathParameters: { token: 't', chat: '1'.repeat(size) } })
    expectLinear((size) => readAll('show-chat', path(size)), header)
  })
  test('a cursor', () => {
    const cursor = (size: number) => Buffer.from(`b${'1'.repeat(size)}`).toString('base64url')
    const work = (size: number) => {
      const text = cursor(size)
      return () => placeOf('best', text)
    }
    expectLinear(work, header)
  })
})

describe('what a message costs a search is linear in its length', () => {
  const queries = ['a'.repeat(limits.term), `${'a'.repeat(limits.term - 1)}b`, 'a aa aaa aaaa b']
  test.each(queries)('%s', (q) => {
    const criteria = criteriaOf({ q, mode: q.includes(' ') ? 'words' : 'literal', order: 'best' })
    const [score, highlight] = [scorerOf(criteria), highlighter(criteria.terms)]
    const work = (size: number) => {
      const message = messageValue('a'.repeat(size))
      return () => [score(message), highlight(message.body)]
    }
    expectLinear(work, limits.bodyBytes / 2)
  })
})
