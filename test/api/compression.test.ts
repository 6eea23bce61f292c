import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { endpoint } from '../../functions/api/endpoint.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import { context, eventOf } from '../support/event.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

const accepting = { Accept: '*/*', 'Accept-Encoding': 'br, gzip' }
const ask = (response: HttpResponse, headers: Record<string, string> = accepting) =>
  endpoint('show-limits', async () => response)(eventOf({ method: 'GET', headers }), context)
const large = { data: Array.from({ length: 200 }, (_, number) => ({ number, body: 'Hello' })) }

describe('a large response', () => {
  test('is packed for a client that accepts it, and says so', async () => {
    const { body, headers, isBase64Encoded } = await ask({ status: 200, body: large })
    expect({ isBase64Encoded, headers }).toMatchObject({
      isBase64Encoded: true,
      headers: { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' },
    })
    expect(JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString())).toEqual(large)
    expect(body.length).toBeLessThan(JSON.stringify(large).length)
  })
  test.each([
    ['does not', { Accept: '*/*' }],
    ['refuses it', { Accept: '*/*', 'Accept-Encoding': 'gzip;q=0' }],
    ['says nothing of bytes, so that a gateway hands on base64', { 'Accept-Encoding': 'gzip' }],
  ])('is sent as it is to a client that %s', async (_, headers) => {
    const response = await ask({ status: 200, body: large }, headers)
    expect(JSON.parse(response.body)).toEqual(large)
    expect(response.isBase64Encoded).toBeUndefined()
    expect(response.headers).toMatchObject({ Vary: 'Accept-Encoding' })
    expect(response.headers).not.toHaveProperty('Content-Encoding')
  })
  test('keeps its bytes where they have an ETag', async () => {
    const response = await ask({ status: 200, body: large, headers: { ETag: '"1-stored-0"' } })
    expect(JSON.parse(response.body)).toEqual(large)
    expect(response.headers).not.toHaveProperty('Vary')
  })
})

test.each([
  ['a short one', { status: 200, body: { data: [] } }],
  ['one without a body', { status: 204 }],
])('%s is never packed', async (_, response) => {
  expect((await ask(response)).isBase64Encoded).toBeUndefined()
})
