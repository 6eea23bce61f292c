import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildFunctions } from '../../bin/build/build.ts'
import { context, eventOf } from '../support/event.ts'

interface Result {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded?: boolean
}
const load = createRequire(import.meta.url)
/** The bundle as it is deployed, files beside it included. */
async function ask(operation: string, headers: Record<string, string> = {}): Promise<Result> {
  const { handler } = load(join(import.meta.dirname, '..', '..', 'dist', operation, 'index.js'))
  return handler(eventOf({ method: 'GET', headers }), context)
}

beforeAll(async () => {
  await buildFunctions()
}, 60_000)
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

const files = [
  ['show-docs', 'text/html', '<link rel="stylesheet" href="docs/viewer.css">'],
  ['show-problems', 'text/html', '<section id="not-found">'],
  ['show-openapi', 'application/json', '"openapi": "3.1.0"'],
  ['show-docs-script', 'text/javascript', 'SwaggerUIBundle({'],
  ['show-docs-style', 'text/css', '.swagger-ui'],
] as const

describe.each(files)('%s', (operation, type, piece) => {
  test('is sent packed where the client takes it, else unpacked, and is below what the gateway passes', async () => {
    const packed = await ask(operation, { 'Accept-Encoding': 'br, gzip', Accept: '*/*' })
    expect(packed).toMatchObject({ statusCode: 200, isBase64Encoded: true })
    expect(packed.headers['Content-Encoding']).toBe('gzip')
    const plain = await ask(operation)
    expect(plain.headers).not.toHaveProperty('Content-Encoding')
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body)
    expect(plain.body).toContain(piece)
    expect(plain.isBase64Encoded).toBeUndefined()
    // To a client that does not say that it takes bytes, a gateway hands on the base64 as it is.
    expect(await ask(operation, { 'Accept-Encoding': 'gzip' })).not.toHaveProperty(
      'isBase64Encoded',
    )
    for (const { body } of [packed, plain]) expect(body.length).toBeLessThan(5_500_000)
    expect(
      (await ask(operation, { 'accept-encoding': 'gzip;q=0', accept: '*/*' })).headers,
    ).not.toHaveProperty('Content-Encoding')
  })
  test('is of its type and nothing else, and is not sent again to a client that has it', async () => {
    const { headers } = await ask(operation)
    expect(headers['Content-Type']).toContain(type)
    expect(headers).toMatchObject({ 'X-Content-Type-Options': 'nosniff', Vary: 'Accept-Encoding' })
    const again = await ask(operation, { 'if-none-match': headers.ETag ?? '' })
    expect(again).toMatchObject({ statusCode: 304, body: '' })
  })
})

test('pages run scripts of this API alone, and no page may frame them', async () => {
  for (const operation of ['show-docs', 'show-problems']) {
    const { headers } = await ask(operation)
    const policy = headers['Content-Security-Policy']?.split('; ')
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  }
})

test('the viewer asks no other host for anything at its start', async () => {
  const { body: script } = await ask('show-docs-script')
  expect(script).toContain('validatorUrl: null')
  expect(script).not.toMatch(/^\/[/*]# sourceMappingURL/m)
})
