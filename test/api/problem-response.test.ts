import { describe, expect, test } from 'vitest'
import { isAway } from '../../functions/api/away-errors.ts'
import { problemResponse } from '../../functions/api/problem-response.ts'
import {
  badRequest,
  invalidFields,
  malformed,
  methodNotAllowed,
  notFound,
  tooLarge,
  unauthorized,
  unavailable,
} from '../../functions/problems/problem.ts'

const withCode = (code: string, cause?: unknown) =>
  Object.assign(new Error('connect 10.0.0.7:3306', cause === undefined ? {} : { cause }), { code })
const withName = (name: string) => Object.assign(new Error('table chat-secret'), { name })

describe('a problem', () => {
  test('is problem+json with type, title, status, detail and the request id', () => {
    expect(problemResponse(notFound('chat'), 'r-1')).toEqual({
      status: 404,
      headers: { 'Content-Type': 'application/problem+json' },
      body: {
        type: '/docs/problems#not-found',
        title: 'Not found',
        status: 404,
        detail: 'there is no such chat',
        request_id: 'r-1',
      },
    })
  })
  test('names each field with its pointer, and all of them in the detail', () => {
    const errors = [
      { pointer: '/body', detail: 'is required' },
      { pointer: '/metadata/a', detail: 'is odd' },
      { pointer: '', detail: 'names no field to change' },
    ]
    expect(problemResponse(invalidFields(errors), 'r').body).toMatchObject({
      detail: 'body is required; metadata.a is odd; names no field to change',
      errors,
    })
  })
  test('names parameters', () => {
    const errors = [{ parameter: 'limit', detail: 'must be at least 1' }]
    const { status, body } = problemResponse(badRequest(errors), 'r')
    expect(status).toBe(400)
    expect(body).toMatchObject({ detail: 'limit must be at least 1', errors })
  })
  test('carries the headers that say how to go on', () => {
    expect(problemResponse(methodNotAllowed(['GET', 'POST']), 'r').headers).toMatchObject({
      Allow: 'GET, POST',
    })
    expect(problemResponse(unauthorized('no'), 'r').headers).toMatchObject({
      'WWW-Authenticate': 'Bearer',
    })
    expect(problemResponse(unavailable('later', 7), 'r').headers).toMatchObject({
      'Retry-After': '7',
    })
  })
  test('has the status that its kind has', () => {
    const kinds = [malformed('x'), unauthorized('x'), tooLarge(1), invalidFields([])]
    expect(kinds.map((kind) => problemResponse(kind, 'r').status)).toEqual([400, 401, 413, 422])
  })
})

describe('an error that is no problem', () => {
  test.each([
    new Error('SELECT * FROM messages'),
    new TypeError('x is not a function'),
    'thrown text',
    undefined,
    null,
    withCode('ER_ACCESS_DENIED_ERROR'),
    withName('KmsAccessDenied'),
    Object.assign(new Error('x'), { cause: null }),
    Object.assign(withName('ResponseError'), { statusCode: 400 }),
    Object.assign(withName('Odd'), { $metadata: { httpStatusCode: 400 } }),
  ])('is 500 and says nothing of the inside: %s', (error) => {
    expect(problemResponse(error, 'r-9')).toEqual({
      status: 500,
      headers: { 'Content-Type': 'application/problem+json' },
      body: {
        type: '/docs/problems#internal',
        title: 'Internal error',
        status: 500,
        detail: 'the request failed; the request id finds out why',
        request_id: 'r-9',
      },
    })
  })
  test.each([
    ['the network', withCode('ECONNREFUSED')],
    ['a time-out of the AWS SDK', withName('TimeoutError')],
    ['DynamoDB, throttled', withName('ThrottlingException')],
    ['a transaction that met another', withName('TransactionCanceledException')],
    ['SQS, throttled', withName('RequestThrottled')],
    ['SQS, whose key is throttled', withName('KmsThrottled')],
    [
      'SQS, whose key is throttled, as its older protocol says it',
      withCode('KMS.ThrottlingException'),
    ],
    [
      'a service of AWS that fails',
      Object.assign(withName('Odd'), { $metadata: { httpStatusCode: 502 } }),
    ],
    [
      'a service of AWS that is asked too often',
      Object.assign(withName('Odd'), { $metadata: { httpStatusCode: 429 } }),
    ],
    ['OpenSearch, unreachable', withName('ConnectionError')],
    ['OpenSearch, out of room', Object.assign(withName('ResponseError'), { statusCode: 429 })],
    ['MySQL, its TLS handshake cut', withCode('HANDSHAKE_SSL_ERROR')],
    ['MySQL, out of connections for the user', withCode('ER_TOO_MANY_USER_CONNECTIONS')],
    ['MySQL, the IAM token not taken', withCode('IAM_TOKEN_REFUSED')],
    ['MySQL, gone', withCode('PROTOCOL_CONNECTION_LOST')],
    ['MySQL, failing over', withCode('ER_OPTION_PREVENTS_STATEMENT')],
    [
      'what was caused by one',
      new Error('the page', { cause: new Error('the row', { cause: withCode('EPIPE') }) }),
    ],
    [
      'every address of a name refused',
      new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
    ],
  ])(
    'that says a dependency is away is 503 with Retry-After and hides its address: %s',
    (_, error) => {
      const { status, headers, body } = problemResponse(error, 'r')
      expect(status).toBe(503)
      expect(headers).toMatchObject({
        'Retry-After': '2',
        'Content-Type': 'application/problem+json',
      })
      expect(JSON.stringify(body)).not.toMatch(/10\.0\.0\.7|chat-secret|the row|the page/)
    },
  )
  test('is not taken for a dependency that is away because its text says so', () => {
    expect(isAway(new Error('ECONNREFUSED'))).toBe(false)
    expect(isAway({ code: 'ECONNREFUSED' })).toBe(false)
    expect(isAway(Object.assign(new Error('x'), { code: 17 }))).toBe(false)
  })
})
