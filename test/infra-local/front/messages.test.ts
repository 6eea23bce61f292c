import { describe, expect, it } from 'vitest'
import { answered, endToEnd, shortened } from '../../../infra-local/front/messages.ts'

const token = 'Zx81yW_cR5b-0kQ2mN7pLtUvSdFgHjKl'

describe('the log line of a request', () => {
  it('keeps words and numbers of the routes and four characters of a token', () => {
    expect(shortened(`/applications/${token}/chats/12/messages/7`)).toBe(
      '/applications/Zx81…/chats/12/messages/7',
    )
  })
  it('leaves out the query, which may quote a message', () => {
    expect(shortened(`/applications/${token}/chats/1/messages/search?q=secret`)).toBe(
      '/applications/Zx81…/chats/1/messages/search',
    )
  })
  it('shortens a token wherever it stands', () => {
    expect(shortened(`/applications%2F${token}`)).not.toContain(token.slice(4))
    expect(shortened(`/${token}`)).toBe('/Zx81…')
    expect(shortened(`//${token}/applications`)).toBe('//Zx81…/applications')
  })
  it('shortens digits that no number of a chat has', () => {
    expect(shortened(`/applications/${'1'.repeat(32)}`)).toBe('/applications/1111…')
  })
  it('tells method, path, status and time', () => {
    expect(answered('POST', '/applications?x=1', 201, 12.4)).toBe('POST /applications 201 12 ms')
  })
})

describe('headers that go through', () => {
  it('are the same bytes in the same order, repeated ones too', () => {
    const raw = ['X-A', '1', 'x-a', '2', 'Idempotency-Key', '"k"']
    expect(endToEnd(raw)).toEqual(raw)
  })
  it('are not those of one connection', () => {
    expect(
      endToEnd(['Connection', 'close', 'Host', 'a', 'Transfer-Encoding', 'chunked', 'A', 'b']),
    ).toEqual(['A', 'b'])
  })
  it('lose a value that looks like a dropped name only with its own name', () => {
    expect(endToEnd(['X-A', 'host', 'Content-Length', '3'], ['content-length'])).toEqual([
      'X-A',
      'host',
    ])
  })
})
