import { describe, expect, test } from 'vitest'
import { accessOf } from '../../support/local-access.ts'
import { rawHttp } from '../../support/raw-http.ts'

const access = accessOf(process.env)
const at = new URL(access.endpoint)
const ours = `Host: ${at.host}`
const key = `X-Local-Key: ${access.accessKeyId}`
const scope = '20260101/us-east-1/sqs/aws4_request'
const signedBy = (id: string) =>
  `Authorization: AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=host, Signature=00`
const signed = signedBy(access.accessKeyId)

/** What a page would send to have a queue made; MiniStack takes it as a form, as SQS once did. */
const makeQueue = (name: string, ...headers: string[]) => {
  const form = `Action=CreateQueue&QueueName=${name}&Version=2012-11-05`
  const type = 'Content-Type: application/x-www-form-urlencoded'
  return rawHttp(at, ['POST / HTTP/1.1', type, ...headers, `Content-Length: ${form.length}`], form)
}
const queues = async () => {
  const list = 'GET /?Action=ListQueues&Version=2012-11-05 HTTP/1.1'
  const { status, body } = await rawHttp(at, [list, ours, signed])
  expect(status).toBe(200)
  return body
}

describe('the local AWS endpoint', () => {
  const foreign: [string, ...string[]][] = [
    ['without credentials', ours],
    ['with the credentials that every emulator takes', ours, signedBy('test')],
    ['with an account for its credentials', ours, signedBy('000000000000')],
    ['with an empty key', ours, 'X-Local-Key: '],
    ['of a rebound name', 'Host: attacker.example', signed],
    ['of a rebound name with our port', `Host: attacker.example:${at.port}`, signed],
    ['of a name that begins like ours', `Host: localhost.attacker.example:${at.port}`, signed],
    ['of a name below ours', `Host: bucket.s3.localhost:${at.port}`, signed],
    ['of another origin', ours, signed, 'Origin: https://attacker.example'],
    ['of an origin on this machine', ours, signed, 'Origin: http://localhost:5173'],
    ['of its own origin', ours, signed, `Origin: ${access.endpoint}`],
    ['of no origin', ours, signed, 'Origin: null'],
    ['of another site', ours, signed, 'Sec-Fetch-Site: cross-site'],
    ['of another origin of this site', ours, signed, 'Sec-Fetch-Site: same-site'],
  ]
  test.each(foreign)('refuses a call %s', async (_, ...headers) => {
    const { status, head, body } = await makeQueue('foreign', ...headers)
    expect([status, JSON.parse(body)]).toMatchObject([403, { __type: 'AccessDeniedException' }])
    expect(head).not.toMatch(/access-control/i)
    expect(await queues()).not.toContain('foreign')
  })

  test.each([
    ['a preflight', 403, ['OPTIONS / HTTP/1.1', ours, 'Access-Control-Request-Method: POST']],
    ['a preflight of a page', 403, ['OPTIONS / HTTP/1.1', ours, 'Origin: http://a.example']],
    ['its state of health', 403, ['GET /_ministack/health HTTP/1.1', ours]],
    ['its reset', 403, ['POST /_ministack/reset HTTP/1.1', ours, 'Content-Length: 0']],
    ['the code of a function', 403, ['GET /_ministack/lambda-code/x HTTP/1.1', ours]],
    ['its functions', 403, ['GET /2015-03-31/functions/ HTTP/1.1', ours]],
    [
      'a socket',
      403,
      [
        'GET /_aws/execute-api/a/b HTTP/1.1',
        ours,
        'Upgrade: websocket',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
      ],
    ],
    ['a request of HTTP/1.0, which names no host', 403, ['GET / HTTP/1.0', key]],
    ['two hosts', 400, ['GET / HTTP/1.1', ours, 'Host: attacker.example', key]],
  ])('does not show a stranger %s', async (_, expected, lines) => {
    const { status, head } = await rawHttp(at, lines)
    expect(status).toBe(expected)
    expect(head).not.toMatch(/access-control/i)
  })

  test.each([
    ['a signature', signed],
    ['a signature and the metadata that says it was no page', signed, 'Sec-Fetch-Site: none'],
    ['the key alone', key],
  ])('takes a call with %s', async (_, ...headers) => {
    const name = `ours-${headers.join().length}`
    expect((await makeQueue(name, ours, ...headers)).status).toBe(200)
    expect(await queues()).toContain(name)
  })

  test.each(['localhost', '[::1]', 'LOCALHOST', '127.0.0.1'])(
    'takes a call to %s, also through a tunnel with another port',
    async (name) => {
      for (const host of [`Host: ${name}:${at.port}`, `Host: ${name}:8080`, `Host: ${name}`])
        expect((await rawHttp(at, ['GET /_ministack/health HTTP/1.1', host, key])).status).toBe(200)
    },
  )

  test('takes a presigned call, and none with the key of another start', async () => {
    const ask = (id: string) => {
      const credential = encodeURIComponent(`${id}/${scope}`)
      const query = `Action=ListQueues&Version=2012-11-05&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}`
      return rawHttp(at, [`GET /?${query} HTTP/1.1`, ours])
    }
    expect((await ask(access.accessKeyId)).status).toBe(200)
    const other = access.accessKeyId.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await ask(other)).status).toBe(403)
  })

  test('takes a role that was assumed by the key, and only with its session token', async () => {
    const role = 'Action=AssumeRole&RoleArn=arn:aws:iam::000000000000:role/x&RoleSessionName=x'
    const assume = await rawHttp(at, [
      `GET /?${role}&Version=2011-06-15 HTTP/1.1`,
      ours,
      signed.replace('/sqs/', '/sts/'),
    ])
    const [, id = ''] = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(assume.body) ?? []
    const [, token = ''] = /<SessionToken>(.*)<\/SessionToken>/.exec(assume.body) ?? []
    const list = 'GET /?Action=ListQueues&Version=2012-11-05 HTTP/1.1'
    const ask = (...more: string[]) => rawHttp(at, [list, ours, signedBy(id), ...more])
    expect(id).not.toBe('')
    expect((await ask(`X-Amz-Security-Token: ${token}`)).status).toBe(200)
    for (const more of [[], ['X-Amz-Security-Token: '], ['X-Amz-Security-Token: x']])
      expect((await ask(...more)).status).toBe(403)
  })

  test('leads a request to the API whatever its own headers and query would mean to AWS', async () => {
    const { RestApiId, StageName } = await outputs()
    const path = `/restapis/${RestApiId}/${StageName}/_user_request_/health`
    for (const [query, ...headers] of [
      ['', signedBy('123456789012')],
      ['', signedBy('123456789012').replace('us-east-1', 'eu-west-3')],
      ['', 'X-Amz-Target: DynamoDB_20120810.ListTables'],
      ['', 'X-Amz-Security-Token: x', 'X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    ])
      expect(
        (await rawHttp(at, [`GET ${path}${query} HTTP/1.1`, ours, key, ...headers])).status,
        headers.join(),
      ).toBe(200)
    for (const query of ['?Action=ListQueues', '?X-Amz-Credential=123456789012/x'])
      expect((await rawHttp(at, [`GET ${path}${query} HTTP/1.1`, ours, key])).body).toContain(
        'invalid-parameter',
      )
  })
})

async function outputs(): Promise<{ RestApiId: string; StageName: string }> {
  const { readFile } = await import('node:fs/promises')
  return JSON.parse(await readFile(process.env.CHAT_OUTPUTS ?? '', 'utf8')).chat
}
