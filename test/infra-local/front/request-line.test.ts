import { describe, expect, it } from 'vitest'
import { requestLine } from '../../../infra-local/front/request-line.ts'

const token = 'Zx81yW_cR5b-0kQ2mN7pLtUvSdFgHjKl'
const shown = (url: string) => requestLine('GET', url, 200, 1).split(' ')[1]

describe('the log line of a request', () => {
  it('keeps words and numbers of the routes and four characters of a token', () => {
    expect(shown(`/applications/${token}/chats/12/messages/7`)).toBe(
      '/applications/Zx81…/chats/12/messages/7',
    )
  })
  it('leaves out the query, which may quote a message', () => {
    expect(shown(`/applications/${token}/chats/1/messages/search?q=secret`)).toBe(
      '/applications/Zx81…/chats/1/messages/search',
    )
  })
  it('shortens a token wherever it stands', () => {
    expect(shown(`/applications%2F${token}`)).not.toContain(token.slice(4))
    expect(shown(`/${token}`)).toBe('/Zx81…')
    expect(shown(`//${token}/applications`)).toBe('//Zx81…/applications')
  })
  it('shortens digits that no number of a chat has', () => {
    expect(shown(`/applications/${'1'.repeat(32)}`)).toBe('/applications/1111…')
  })
  it('has method, path, status and time', () => {
    expect(requestLine('POST', '/applications?x=1', 201, 12.4)).toBe('POST /applications 201 12 ms')
  })
})
