import { describe, expect, test } from 'vitest'
import { toResult } from '../../functions/api/gateway-result.ts'
import { pageResponse, relativeReference } from '../../functions/api/page-response.ts'
import { fitting, responseRoom } from '../../functions/api/response-room.ts'

describe('the byte budget', () => {
  const megabyte = 'x'.repeat(1_000_000)

  test('takes all that fits', () => {
    expect(fitting([])).toBe(0)
    expect(fitting([1, 'two', { three: 3 }])).toBe(3)
    expect(fitting([megabyte, megabyte, megabyte])).toBe(3)
  })
  test('cuts before Lambda does', () => {
    expect(fitting(Array(10).fill(megabyte))).toBe(5)
  })
  test('counts bytes of UTF-8, not characters', () => {
    expect(fitting(Array(10).fill('é'.repeat(500_000)))).toBe(5)
  })
  test.each(['"', '\\', '\n', '\u0001', 'x', 'é', '\u{1f600}', '\uffff'])(
    'keeps what Lambda sends for a page full of %j below its 6 MiB',
    (character) => {
      const bytes = Buffer.byteLength(character)
      const body = character.repeat(16_384 / bytes)
      const items = Array.from({ length: 1000 }, (_, number) => ({
        number,
        body,
        status: 'stored',
      }))
      const answer = pageResponse(items.slice(0, fitting(items)), {
        next: '?after=1',
        prev: null,
        after: 1,
        before: null,
      })
      const sent = Buffer.byteLength(JSON.stringify(toResult(answer)))
      expect(sent).toBeLessThan(6 * 1024 * 1024 - 100_000)
      expect(sent).toBeGreaterThan(5_000_000)
    },
  )
  test('takes at least one item, whatever its size, or a walk could never go on', () => {
    expect(fitting([megabyte.repeat(6), 'x'])).toBe(1)
  })
  test('can be asked item by item, and skips none: after one refusal nothing fits', () => {
    const room = responseRoom()
    const asked = [megabyte.repeat(3), megabyte.repeat(3), 'small'].map((value) =>
      room.takes(value),
    )
    expect(asked).toEqual([true, false, false])
  })
})

describe('a reference', () => {
  test('is relative and leaves out what is undefined', () => {
    expect(relativeReference({ after: 7, order: undefined, limit: 2 })).toBe('?after=7&limit=2')
  })
  test('escapes what a query must', () => {
    const text = 'a&b=c d+e#é"😀>'
    const read = new URLSearchParams(relativeReference({ q: text })).get('q')
    expect(read).toBe(text)
    expect(relativeReference({ q: text })).not.toMatch(/[ #"<>é]/)
  })
})

describe("a page's response", () => {
  test('has the next page as a Link too', () => {
    const page = { next: '?after=1', prev: '?before=1', after: 1, before: 1 }
    expect(pageResponse([1], page)).toEqual({
      status: 200,
      headers: { Link: '<?after=1>; rel="next"' },
      body: { data: [1], page },
    })
  })
  test('has no Link when there is no more, and null for next and prev', () => {
    const page = { next: null, prev: null, after: null, before: null }
    const more = { page: { total: 0 }, body: { engine: 'x' } }
    const { headers, body } = pageResponse([], page, more)
    expect(headers).toEqual({})
    expect(body).toEqual({ data: [], page: { ...page, total: 0 }, engine: 'x' })
  })
})
