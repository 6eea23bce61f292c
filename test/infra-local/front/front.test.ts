import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import * as v from 'valibot'
import { afterEach, describe, expect, it } from 'vitest'
import { problemSchema } from '../../../functions/api/schemas/problem.ts'
import { type Front, listen } from '../../../infra-local/front/front.ts'
import { guestsOf } from '../../../infra-local/front/intrusion.ts'
import { anyAccess } from '../../../infra-local/machine/aws-access.ts'
import { CannotStart } from '../../../infra-local/machine/cannot-start.ts'
import { freePort } from '../../../infra-local/machine/free-ports.ts'
import { rawHttp } from '../../support/raw-http.ts'

interface Seen {
  method: string | undefined
  url: string | undefined
  body: string
  headers: NodeJS.Dict<string | string[]>
}

const ours = 'Host: localhost'
const addresses = Object.values(networkInterfaces()).flat()
const hasIpv6 = addresses.some((each) => each?.address === '::1')

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function frontOn(
  log: (line: string) => void = () => undefined,
  say: (line: string) => void = () => undefined,
): Promise<{ front: Front; port: number }> {
  const port = await freePort(33_000, 34_000)
  const front = await listen(port, { guests: guestsOf({}), log, say })
  opened.push(front.close)
  return { front, port }
}

/**
 * An endpoint that responds with 201 and what it saw. If `hold` is set, requests wait until
 * `release` is called.
 */
async function upstream(hold = false) {
  const waiting: (() => void)[] = []
  let running = 0
  let most = 0
  const server: Server = createServer(async (incoming, outgoing) => {
    most = Math.max(most, ++running)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    if (hold) await new Promise<void>((resolve) => waiting.push(resolve))
    running--
    const { method, url, headers } = incoming
    const seen: Seen = { method, url, headers, body: Buffer.concat(chunks).toString('latin1') }
    outgoing.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(seen))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const port = (server.address() as AddressInfo).port
  const target = { access: anyAccess(`http://127.0.0.1:${port}`), restApiId: 'api1', stage: 'v1' }
  return { target, waiting, most: () => most }
}

/** A raw request: fetch would tidy the path up. */
function ask(
  port: number,
  method: string,
  path: string,
  body = '',
): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: '127.0.0.1', method, path, agent: false },
      async (answer) => {
        const chunks: Buffer[] = []
        for await (const chunk of answer) chunks.push(chunk)
        const type = answer.headers['content-type'] ?? ''
        resolve({ status: answer.statusCode ?? 0, type, text: Buffer.concat(chunks).toString() })
      },
    )
    asked.once('error', reject)
    asked.end(Buffer.from(body, 'latin1'))
  })
}

/** Lines as they are, on a connection of their own, up to its end. */
async function raw(
  port: number,
  lines: readonly string[],
): Promise<{ head: string; body: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  // Without the frame of chunks, where it came in some.
  return { head, body: body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1) }
}

describe('the front', () => {
  it('passes method, encoded path, query and body on as they are', async () => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    const answer = await ask(
      port,
      'PATCH',
      '/applications/a%20b/../x?q=%F0%9F%98%80&q=+',
      '{"b":"\xff\x00"}',
    )
    expect(answer.status).toBe(201)
    expect(JSON.parse(answer.text)).toMatchObject({
      method: 'PATCH',
      url: '/restapis/api1/v1/_user_request_/applications/a%20b/../x?q=%F0%9F%98%80&q=+',
      body: '{"b":"\xff\x00"}',
    })
  })

  it('keeps eight requests in flight and responds to all of them', async () => {
    const { front, port } = await frontOn()
    const { target, waiting, most } = await upstream(true)
    front.serve(target)
    const answers = Array.from({ length: 30 }, () => ask(port, 'POST', '/applications', '{}'))
    let released = 0
    while (released < 30) {
      await expect.poll(() => waiting.length).toBe(Math.min(8, 30 - released))
      released += waiting.length
      for (const release of waiting.splice(0)) release()
    }
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(30).fill(201))
    expect(most()).toBe(8)
  })

  it('responds 503 with a problem before it is open, and when the endpoint is gone', async () => {
    const { front, port } = await frontOn()
    const early = await ask(port, 'GET', '/health')
    expect([early.status, early.type]).toEqual([503, 'application/problem+json'])
    front.serve({
      access: anyAccess(`http://127.0.0.1:${await freePort(34_001, 35_000)}`),
      restApiId: 'a',
      stage: 'v1',
    })
    const gone = await ask(port, 'POST', '/applications', '{}')
    expect([gone.status, gone.type]).toEqual([503, 'application/problem+json'])
  })

  it('responds 503 with a problem where the endpoint has no room for what is written', async () => {
    const { front, port } = await frontOn()
    const { target } = await upstream()
    const full = createServer((_, outgoing) =>
      outgoing.writeHead(503, { 'x-local-no-room': '1' }).end(),
    )
    await new Promise<void>((resolve) => full.listen(0, '127.0.0.1', resolve))
    opened.push(() => full.close())
    const endpoint = `http://127.0.0.1:${(full.address() as AddressInfo).port}`
    front.serve({ ...target, access: anyAccess(endpoint) })
    const { status, type, text } = await ask(port, 'POST', '/applications', '{}')
    expect([status, type]).toEqual([503, 'application/problem+json'])
    expect(JSON.parse(text)).toMatchObject({ type: '/docs/problems#unavailable' })
  })

  it('gives its own errors the form of those of the API', async () => {
    const { port } = await frontOn()
    const [first, second] = [await ask(port, 'GET', '/health'), await ask(port, 'GET', '/health')]
    const body = v.parse(problemSchema, JSON.parse(first.text))
    expect(body).toMatchObject({
      type: '/docs/problems#unavailable',
      title: 'Service unavailable',
      status: 503,
    })
    expect(JSON.parse(second.text)).not.toMatchObject({ request_id: body.request_id })
  })

  it('responds 413 to a body above 10 MB, and takes one of just 10 MB', async () => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    const most = 10 * 1024 * 1024
    expect((await ask(port, 'POST', '/applications', 'x'.repeat(most + 1))).status).toBe(413)
    expect((await ask(port, 'POST', '/applications', 'x'.repeat(most))).status).toBe(201)
  })

  it('sends a media type on where there is none, so that the endpoint leaves bytes alone', async () => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    for (const [sent, expected] of [
      [[], 'application/octet-stream'],
      [['Content-Type: '], 'application/octet-stream'],
      [['Content-Type: ; charset=utf-8'], 'application/octet-stream'],
      [['Content-Type: text/plain'], 'text/plain'],
    ] as const) {
      const answer = await raw(port, ['POST /health HTTP/1.1', ours, ...sent, 'Content-Length: 0'])
      expect(JSON.parse(answer.body).headers['content-type'], sent.join()).toBe(expected)
    }
  })

  it.each([
    ['characters that are not encoded', 400, ['GET /x?q=日本 HTTP/1.1', ours], /percent-encoded/],
    ['bytes that are no UTF-8', 400, ['GET /x?q=%FF HTTP/1.1', ours], /percent-encoded/],
    ['a percent sign alone', 400, ['GET /x?q=100% HTTP/1.1', ours], /percent-encoded/],
    ['no Host', 400, ['GET /x HTTP/1.1'], /Host/],
    ['large headers', 431, ['GET /x HTTP/1.1', ours, `X: ${'x'.repeat(17_000)}`], /16 KB/],
    ['no HTTP', 400, ['hello'], /no HTTP request/],
    ['two lengths', 400, ['POST / HTTP/1.1', ours, 'Content-Length: 1, 2'], /no HTTP request/],
  ])('says what to do about %s', async (_, status, lines, detail) => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    const answer = await raw(port, lines)
    expect(answer.head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.head).toMatch(/Content-Type: application\/problem\+json/i)
    expect(answer.head).toMatch(/Access-Control-Allow-Origin: \*/i)
    expect(answer.head).toMatch(/Cache-Control: private, no-store/i)
    const problem = v.parse(problemSchema, JSON.parse(answer.body))
    expect(problem).toMatchObject({ status, detail: expect.stringMatching(detail) })
  })

  it('lets nothing through that an endpoint would take for its own', async () => {
    const { front, port } = await frontOn()
    const { target } = await upstream()
    front.serve(target)
    const dropped = [
      ...['Origin: https://a.example', 'Sec-Fetch-Site: cross-site', 'X-Local-Key: x', 'TE: x'],
      ...['X-Amz-Target: DynamoDB_20120810.ListTables', 'x-amz-security-token: x', 'Upgrade: h2c'],
      ...['X-Ministack-Invoke-Depth: 99', 'X-Amzn-Trace-Id: x', 'HTTP2-Settings: x', 'Expect: x'],
      ...['Authorization: AWS4-HMAC-SHA256 Credential=123456789012/x', 'Connection: X-Listed'],
      'X-Listed: x',
    ]
    const kept = ['Authorization: Bearer k', 'Idempotency-Key: k', 'X-Request-Id: r', 'Referer: p']
    const lines = ['GET /health HTTP/1.1', 'Host: LOCALHOST:1', ...dropped, ...kept]
    const { headers } = JSON.parse((await raw(port, lines)).body)
    expect(Object.keys(headers).toSorted()).toEqual(
      [
        ...['authorization', 'idempotency-key', 'x-request-id', 'referer', 'host', 'connection'],
        ...['content-length', 'content-type', 'x-local-key'],
      ].toSorted(),
    )
    expect(headers).toMatchObject({
      authorization: 'Bearer k',
      host: new URL(target.access.endpoint).host,
      'x-local-key': target.access.accessKeyId,
    })
  })

  it.each([
    ['a length and chunks', ['Content-Length: 3', 'Transfer-Encoding: chunked']],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 3']],
    ['two lengths', ['Content-Length: 3', 'Content-Length: 0']],
    ['two equal lengths', ['Content-Length: 3', 'Content-Length: 3']],
    ['a length that is signed', ['Content-Length: +3']],
    ['a length that is no number', ['Content-Length: 0x3']],
    ['an encoding that is not the last one', ['Transfer-Encoding: chunked, identity']],
    ['an encoding that nobody knows', ['Transfer-Encoding: xchunked']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a line that goes on in the next one', ['Transfer-Encoding:', ' chunked', 'A: b']],
    ['a line that ends in the middle', ['A: b\rTransfer-Encoding: chunked']],
  ])('takes no body whose end could be read in two ways: %s', async (_, lines) => {
    const { front, port } = await frontOn()
    const { target, most } = await upstream()
    front.serve(target)
    const smuggled = '0\r\n\r\nGET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const at = { hostname: '127.0.0.1', port: String(port) }
    const answer = await rawHttp(at, ['POST /health HTTP/1.1', ours, ...lines], smuggled)
    expect(answer.status).toBe(400)
    expect(answer.head).toMatch(/application\/problem\+json/i)
    expect(most()).toBe(0)
  })

  it('is no proxy and no socket, and has a response for both', async () => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    const at = { hostname: '127.0.0.1', port: String(port) }
    expect(await rawHttp(at, ['CONNECT localhost:80 HTTP/1.1', ours])).toMatchObject({
      status: 400,
      body: expect.stringContaining('malformed-request'),
    })
    const socket = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: eA==']
    const foreign = ['GET /health HTTP/1.1', 'Host: attacker.example', ...socket]
    expect((await rawHttp(at, foreign)).status).toBe(403)
    expect((await rawHttp(at, ['GET /health HTTP/1.1', ours, ...socket])).status).toBe(201)
  })

  it('drains: refuses what is new, waits for what is in flight', async () => {
    const { front, port } = await frontOn()
    const { target, waiting } = await upstream(true)
    front.serve(target)
    const before = ask(port, 'POST', '/applications', '{}')
    await expect.poll(() => waiting.length).toBe(1)
    const drained = front.drain(10_000)
    expect((await ask(port, 'POST', '/applications', '{}')).status).toBe(503)
    waiting[0]?.()
    await drained
    expect((await before).status).toBe(201)
  })

  it('does not wait for a client that went away', async () => {
    const { front, port } = await frontOn()
    const { target, waiting } = await upstream(true)
    front.serve(target)
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /applications HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}')
    await expect.poll(() => waiting.length).toBe(1)
    socket.destroy()
    await expect(front.drain(10_000)).resolves.toBeUndefined()
  })

  it('logs requests once it is asked to', async () => {
    const lines: string[] = []
    const { front, port } = await frontOn((line) => lines.push(line))
    await ask(port, 'GET', '/health')
    front.logRequests()
    await ask(port, 'GET', '/health?deep=1')
    await expect.poll(() => lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^GET \/health 503 \d+ ms$/)
  })

  it.skipIf(!hasIpv6)('is there by IPv4, by IPv6 and by name', async () => {
    const { front, port } = await frontOn()
    front.serve((await upstream()).target)
    expect(front.base).toBe(`http://localhost:${port}`)
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect((await fetch(`http://${host}:${port}/health`)).status, host).toBe(201)
  })

  it.skipIf(!hasIpv6)('prints an address of its own where [::1] is somebody else', async () => {
    const other = createServer((_, outgoing) => outgoing.end('another'))
    await new Promise<void>((resolve) => other.listen(0, '::1', resolve))
    opened.push(() => other.close())
    const { port } = other.address() as AddressInfo
    const lines: string[] = []
    const say = (line: string) => lines.push(line)
    const front = await listen(port, { guests: guestsOf({}), log: say, say })
    opened.push(front.close)
    front.serve((await upstream()).target)
    expect(front.base).toBe(`http://127.0.0.1:${port}`)
    expect(lines).toEqual([expect.stringContaining(`[::1]:${port}`)])
    expect((await fetch(`${front.base}/health`)).status).toBe(201)
  })

  it('says what to do when its port is in use', async () => {
    const { port } = await frontOn()
    const said = () => undefined
    const again = () => listen(port, { guests: guestsOf({}), log: said, say: said })
    await expect(again()).rejects.toThrow(CannotStart)
    await expect(again()).rejects.toThrow(/PORT=/)
  })
})
