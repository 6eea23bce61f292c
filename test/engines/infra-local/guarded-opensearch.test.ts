import { beforeAll, describe, expect, test } from 'vitest'
import { rawHttp } from '../../support/raw-http.ts'

// What the guard of infra-local/engines/LocalOnly.java refuses, at the port itself.
const url = process.env.OPENSEARCH_URL ?? ''
const at = new URL(url || 'http://127.0.0.1:1')
const ours = `Host: ${at.host}`
const index = 'test-guard'

describe.skipIf(url === '')('the local OpenSearch', () => {
  beforeAll(async () => {
    await fetch(`${url}/${index}`, { method: 'DELETE' })
    expect((await fetch(`${url}/${index}`, { method: 'PUT' })).status).toBe(200)
    return async () => void (await fetch(`${url}/${index}`, { method: 'DELETE' }))
  })
  const isThere = async () => (await fetch(`${url}/${index}`, { method: 'HEAD' })).status === 200

  test.each([
    ['of a rebound name', [`Host: attacker.example:${at.port}`]],
    ['of a name that begins like ours', [`Host: localhost.attacker.example:${at.port}`]],
    ['of a name that ends like ours', ['Host: attacker.localhost']],
    ['of another origin', [ours, 'Origin: https://attacker.example']],
    ['of an origin on this machine', [ours, 'Origin: http://localhost:5173']],
    ['of its own origin', [ours, `Origin: ${url}`]],
    ['of no origin', [ours, 'Origin: null']],
    ['of another site', [ours, 'Sec-Fetch-Site: cross-site']],
    ['of another origin of this site', [ours, 'Sec-Fetch-Site: same-site']],
  ])('refuses a request %s', async (_, headers) => {
    for (const line of [
      `DELETE /${index} HTTP/1.1`,
      `POST /${index}/_close HTTP/1.1`,
      'GET /_search HTTP/1.1',
      'GET /_cat/indices HTTP/1.1',
      'GET / HTTP/1.1',
    ]) {
      const { status, head, body } = await rawHttp(at, [line, ...headers, 'Content-Length: 0'])
      expect([line, status]).toEqual([line, 403])
      expect(head).not.toMatch(/access-control/i)
      expect(body).not.toContain(index)
    }
    expect(await isThere()).toBe(true)
  })
  test('has no word for a preflight', async () => {
    const asks = ['Origin: https://attacker.example', 'Access-Control-Request-Method: DELETE']
    const { head } = await rawHttp(at, [`OPTIONS /${index} HTTP/1.1`, ours, ...asks])
    expect(head).not.toMatch(/access-control/i)
  })
  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('serves %s', async (name) => {
    for (const host of [`Host: ${name}:${at.port}`, `Host: ${name}`])
      expect((await rawHttp(at, ['GET / HTTP/1.1', host])).status).toBe(200)
  })
})
