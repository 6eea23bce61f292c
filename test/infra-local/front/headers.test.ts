import { describe, expect, it } from 'vitest'
import { endToEnd, towardsEndpoint } from '../../../infra-local/front/headers.ts'

describe('headers that go through', () => {
  it('are the same bytes in the same order, repeated ones too', () => {
    const raw = ['X-A', '1', 'x-a', '2', 'Idempotency-Key', '"k"']
    expect(endToEnd(raw)).toEqual(raw)
  })
  it('are not those of one connection', () => {
    expect(
      endToEnd(['Connection', 'close, X-B', 'x-b', 'a', 'Transfer-Encoding', 'chunked', 'A', 'b']),
    ).toEqual(['A', 'b'])
  })
  it('lose a value that looks like a dropped name only with its own name', () => {
    expect(towardsEndpoint(['X-A', 'host', 'Content-Length', '3'])).toEqual(['X-A', 'host'])
  })
})
