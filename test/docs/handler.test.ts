import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildFunctions } from '../../bin/build/build.ts'
import { routes } from '../../functions/api/routes.ts'
import { context, eventOf } from '../support/event.ts'

interface Result {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded?: boolean
}
const load = createRequire(import.meta.url)
/** The bundle as it is deployed, files beside it included. */
async function ask(resource: string, headers: Record<string, string> = {}): Promise<Result> {
  const { handler } = load(join(import.meta.dirname, '..', '..', 'dist', 'docs', 'index.js'))
  return handler(eventOf({ method: 'GET', path: `/v1${resource}`, resource, headers }), context)
}

beforeAll(async () => {
  await buildFunctions()
}, 60_000)
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

const files = [
  ['/docs', 'text/html', '<link rel="stylesheet" href="docs/viewer.css">'],
  ['/docs/problems', 'text/html', '<section id="not-found">'],
  ['/openapi.json', 'application/json', '"openapi": "3.1.0"'],
  ['/docs/viewer.js', 'text/javascript', 'SwaggerUIBundle({'],
  ['/docs/viewer.css', 'text/css', '.swagger-ui'],
] as const

describe.each(files)('%s', (resource, type, piece) => {
  test('is sent packed where the client takes it, else unpacked, and is below what the gateway passes', async () => {
    const packed = await ask(resource, { 'Accept-Encoding': 'br, gzip', Accept: '*/*' })
    expect(packed).toMatchObject({ statusCode: 200, isBase64Encoded: true })
    expect(packed.headers['Content-Encoding']).toBe('gzip')
    const plain = await ask(resource)
    expect(plain.headers).not.toHaveProperty('Content-Encoding')
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body)
    expect(plain.body).toContain(piece)
    expect(plain.isBase64Encoded).toBeUndefined()
    // To a client that does not say that it takes bytes, a gateway hands on the base64 as it is.
    expect(await ask(resource, { 'Accept-Encoding': 'gzip' })).not.toHaveProperty('isBase64Encoded')
    for (const { body } of [packed, plain]) expect(body.length).toBeLessThan(5_500_000)
    expect(
      (await ask(resource, { 'accept-encoding': 'gzip;q=0', accept: '*/*' })).headers,
    ).not.toHaveProperty('Content-Encoding')
  })
  test('is of its type and nothing else, and is not sent again to a client that has it', async () => {
    const { headers } = await ask(resource)
    expect(headers['Content-Type']).toContain(type)
    expect(headers).toMatchObject({ 'X-Content-Type-Options': 'nosniff', Vary: 'Accept-Encoding' })
    const again = await ask(resource, { 'if-none-match': headers.ETag ?? '' })
    expect(again).toMatchObject({ statusCode: 304, body: '' })
  })
})

test('pages run scripts of this API alone, and no page may frame them', async () => {
  for (const resource of ['/docs', '/docs/problems']) {
    const { headers } = await ask(resource)
    const policy = headers['Content-Security-Policy']?.split('; ')
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  }
})

test('the viewer asks no other host for anything at its start', async () => {
  const { body: script } = await ask('/docs/viewer.js')
  expect(script).toContain('validatorUrl: null')
  expect(script).not.toMatch(/^\/[/*]# sourceMappingURL/m)
})

test.each([
  [undefined, 'docs'],
  ['/v1', '/v1/docs'],
])('the base address leads to the reference: BASE_PATH %s', async (basePath, location) => {
  vi.stubEnv('BASE_PATH', basePath)
  expect(await ask('/')).toMatchObject({ statusCode: 302, headers: { Location: location } })
  vi.unstubAllEnvs()
})

test('the viewer calls the API that the page comes from, whatever servers the document names', async () => {
  const { body: script } = await ask('/docs/viewer.js')
  expect(script).toContain("new URL('.', location.href)")
})

test('the limits come as JSON, logged by the name of their operation', async () => {
  const { statusCode, headers, body } = await ask('/limits')
  expect({ statusCode, type: headers['Content-Type'] }).toEqual({
    statusCode: 200,
    type: 'application/json',
  })
  expect(JSON.parse(body)).toMatchObject({ body_bytes: 16_384 })
  expect(vi.mocked(console.log).mock.lastCall?.[0]).toContain('"operation":"show-limits"')
})

test('every route of the stage is one of these, and a resource that is none is not found', async () => {
  const known = new Set([...files.map(([resource]) => resource), '/limits', '/'])
  const paths = routes.filter(({ stage }) => stage === 'docs').map(({ path }) => path)
  expect(new Set<string>(paths)).toEqual(known)
  expect(await ask('/docs/none')).toMatchObject({ statusCode: 404 })
})
