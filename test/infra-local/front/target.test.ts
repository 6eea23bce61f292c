import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../../../functions/problems/problem.ts'
import { guestsOf, intrusionOf } from '../../../infra-local/front/intrusion.ts'
import { targetOf } from '../../../infra-local/front/target.ts'
import { rawHttp } from '../../support/raw-http.ts'

/** Responds with the status of the problem that the front finds, and with 200 and the path. */
const server = createServer({ requireHostHeader: false }, (incoming: IncomingMessage, outgoing) => {
  const target = targetOf(incoming)
  const problem =
    target instanceof Problem ? target : intrusionOf(incoming, target, guestsOf(guests.env))
  outgoing.useChunkedEncodingByDefault = false
  outgoing.writeHead(problem?.status ?? 200)
  outgoing.end(problem?.message ?? ('path' in target ? target.path : ''))
})
const guests: { env: NodeJS.ProcessEnv } = { env: {} }
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
afterAll(() => server.close())
const ask = (...lines: string[]) => {
  const { port } = server.address() as AddressInfo
  return rawHttp({ hostname: '127.0.0.1', port: String(port) }, lines)
}
const list = 'GET /applications HTTP/1.1'

describe('a request', () => {
  it.each(['localhost', 'localhost:3000', 'LocalHost:1', 'localhost.', '127.0.0.1', '[::1]:3000'])(
    'may name this machine as %s',
    async (host) => {
      expect((await ask(list, `Host: ${host}`)).status).toBe(200)
    },
  )
  it.each([
    'attacker.example',
    'attacker.example:3000',
    'localhost.attacker.example',
    'localhost:3000.attacker.example',
    'localhost@attacker.example',
    'attacker.example#localhost',
    '127.0.0.1.attacker.example',
    '127.0.0.2',
    '0.0.0.0',
    '[::]',
    '[::1',
    '::1',
    'localhost:',
    'localhost:a',
    'localhost localhost',
    'localhost,localhost',
    '',
  ])('may not come for another host: %s', async (host) => {
    expect((await ask('GET /health HTTP/1.1', `Host: ${host}`)).status).toBe(403)
    const absolute = `GET http://${host}/health HTTP/1.1`
    expect((await ask(absolute, 'Host: localhost')).status).not.toBe(200)
  })
  it('may come for a host that the start was given, and for no other', async () => {
    guests.env = { CHAT_HOSTS: ',Chat.Example,[fd00::1]' }
    for (const [host, status] of [
      ['chat.example:443', 200],
      ['[fd00::1]', 200],
      ['localhost', 200],
      ['a.chat.example', 403],
    ])
      expect((await ask(list, `Host: ${host}`)).status, `${host}`).toBe(status)
    guests.env = {}
    expect(() => guestsOf({ CHAT_HOSTS: 'http://chat.example' })).toThrow(/no host/)
  })
  it.each([
    ['none', ['GET / HTTP/1.1']],
    ['none, by HTTP/1.0', ['GET / HTTP/1.0']],
    ['two', ['GET / HTTP/1.1', 'Host: localhost', 'Host: localhost']],
  ])('names its host once: %s is 400', async (_, lines) => {
    expect((await ask(...lines)).status).toBe(400)
  })
})

describe('the target of a request', () => {
  it.each([
    ['/health?q=[]{}|\\^`', '/health?q=[]{}|\\^`'],
    ['/applications/..%00/%5c', '/applications/..%00/%5c'],
    ['http://localhost:3000/health?x', '/health?x'],
    ['HTTP://[::1]', '/'],
    ['http://localhost?x', '/?x'],
    ['/applications/', '/applications/'],
    ['/health?q=//', '/health?q=//'],
  ])('is a path: %s', async (target, path) => {
    const { status, body } = await ask(`GET ${target} HTTP/1.1`, 'Host: localhost')
    expect([status, body]).toEqual([200, path])
  })
  it.each([
    ['*', 400],
    ['health', 400],
    ['localhost:3000', 400],
    ['ftp://localhost/health', 400],
    ['/health#x', 400],
    ['/health\x7f', 400],
    ['/health\x00', 400],
    ['/\xff', 400],
    ['/applications/%', 400],
    ['/applications/%ff', 400],
    ['/applications/%c0%af', 400],
    ['/applications%2fx', 404],
    ['/applications/a%2Fb', 404],
    ['/%2fhealth', 404],
    ['/@connections/x', 404],
    ['/%40connections/x', 404],
    ['/_aws/sqs/messages', 404],
    ['/_localstack/health', 404],
    ['/_ministack/reset', 404],
    ['/2015-03-31/functions/x/invocations', 404],
    ['/restapis/a/v1/_user_request_/health', 404],
    ['/..;/_ministack/reset', 404],
    ['/../_ministack/reset', 404],
    ['/\\health', 404],
    ['//applications', 404],
    ['///applications', 404],
    ['/applications//', 404],
    ['/applications//x?q', 404],
    ['http://localhost:3000//applications', 404],
  ])('is no other route, and nothing of the endpoint: %s is %i', async (target, status) => {
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect((await ask(`${method} ${target} HTTP/1.1`, 'Host: localhost')).status).toBe(status)
  })
})

describe('listing applications', () => {
  const of = (...headers: string[]) => ask(list, 'Host: localhost:3000', ...headers)
  const foreign = [
    ['Origin: https://attacker.example'],
    ['Origin: http://localhost:5173'],
    ['Origin: https://localhost:3000'],
    ['Origin: null'],
    ['Origin: http://localhost:3000', 'Origin: null'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Authorization: Bearer x', 'Origin: null'],
  ]
  it.each(foreign)('is not for a page of another origin: %s', async (...headers) => {
    expect((await of(...headers)).status).toBe(403)
    const targets = ['/%61pplications?limit=1', '/applications/', '/applications/?limit=1']
    const absolute = 'http://localhost:3000/applications/'
    const gets = [...targets, absolute].map((target) => `GET ${target} HTTP/1.1`)
    for (const line of ['HEAD /applications HTTP/1.1', ...gets])
      expect((await ask(line, 'Host: localhost:3000', ...headers)).status).toBe(403)
  })
  it('is for its own pages and for what is no page', async () => {
    for (const headers of [
      [],
      ['Origin: http://localhost:3000', 'Sec-Fetch-Site: same-origin'],
      ['Sec-Fetch-Site: none'],
    ])
      expect((await of(...headers)).status).toBe(200)
  })
  it('is for its own pages by TLS too, where a tunnel leads here from a host that was given', async () => {
    guests.env = { CHAT_HOSTS: 'chat.example' }
    for (const [host, origin, status] of [
      ['chat.example', 'https://chat.example', 200],
      ['Chat.Example:443', 'https://chat.example', 200],
      ['chat.example:8443', 'https://chat.example:8443', 200],
      ['chat.example', 'http://chat.example', 200],
      ['chat.example', 'https://chat.example:8443', 403],
      ['chat.example', 'https://a.chat.example', 403],
      ['chat.example:99999', 'https://chat.example', 403],
      ['localhost', 'https://localhost', 403],
      ['localhost', 'https://chat.example', 403],
    ])
      expect(
        (await ask(list, `Host: ${host}`, `Origin: ${origin}`)).status,
        `${host}, ${origin}`,
      ).toBe(status)
    guests.env = {}
  })
  it('is for any page where the key is asked for', async () => {
    guests.env = { OPERATOR_KEY_SHA256: 'x' }
    expect((await of('Origin: https://a.example')).status).toBe(200)
    guests.env = {}
  })
  it('is the only thing that pages of other origins may not do', async () => {
    for (const line of ['POST /applications HTTP/1.1', 'GET /applications/x HTTP/1.1'])
      expect((await ask(line, 'Host: localhost', 'Origin: https://a.example')).status).toBe(200)
  })
})
