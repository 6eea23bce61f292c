import { idempotencyKeyPattern } from '../../functions/api/schemas/queries.ts'
import { limits } from '../../functions/limits/limits.ts'
import { problemTypes } from '../../functions/problems/problem.ts'
import { parameters as example } from './examples.ts'
import { refTo, schemas } from './schemas.ts'

const maximum = Number.MAX_SAFE_INTEGER
const inPath = (name: 'token' | 'chat' | 'message', schema: object, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
  example: example[name],
})
const inHeader = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
})
const number = { type: 'integer', minimum: 1, maximum }

const parameters = {
  token: inPath(
    'token',
    { type: 'string', minLength: 1 },
    'The token that the application was created with',
  ),
  chat: inPath('chat', number, "The chat's number in its application"),
  message: inPath('message', number, "The message's number in its chat"),
  IdempotencyKey: inHeader(
    'Idempotency-Key',
    `Makes the create repeatable for ${limits.idempotencyHours} h: the same answer, nothing new. Quoted or bare (IETF draft). Another payload with it is 422.`,
    { type: 'string', pattern: idempotencyKeyPattern(1) },
  ),
  IdempotencyKeyOfApplication: inHeader(
    'Idempotency-Key',
    'The same, of at least 22 random characters: whoever guesses it where no operator key is configured gets the token.',
    { type: 'string', pattern: idempotencyKeyPattern(22) },
  ),
  IfMatch: inHeader(
    'If-Match',
    'An ETag: the change is refused (412) if the resource has changed since.',
    {
      type: 'string',
      pattern: '^([*]|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$',
    },
  ),
  IfNoneMatch: inHeader(
    'If-None-Match',
    'An ETag: the answer is 304 without a body if it is still that.',
  ),
}

const header = (description: string, schema: object = { type: 'string' }) => ({
  description,
  schema,
})
const seconds = { type: 'integer', minimum: 1 }
const headers = {
  ETag: header('Changes with whatever the representation shows', {
    type: 'string',
    pattern: '^".+"$',
  }),
  Location: header('Where it is, relative to the address of the request', {
    type: 'string',
    format: 'uri-reference',
  }),
  Link: header('`rel="next"` while there is more, relative to the address of the request'),
  IdempotencyReplayed: header('`true`: this is the answer of an earlier request', {
    type: 'string',
    const: 'true',
  }),
  RateLimit: header('`"application";r=<requests left>;t=<seconds until all are back>`'),
  RateLimitPolicy: header(
    '`"application";q=<requests>;w=<seconds>`; only where applications are limited',
  ),
  RetryAfter: header('Seconds to wait', seconds),
  WWWAuthenticate: header('The scheme of the operator key', { type: 'string' }),
}
export type HeaderName = keyof typeof headers

/** The headers by their names as they are sent. */
export const headerRefs = (names: HeaderName[]): Record<string, { $ref: string }> =>
  Object.fromEntries(
    names.map((name) => [wireName(name), { $ref: `#/components/headers/${name}` }]),
  )
const wireName = (name: HeaderName): string =>
  name
    .replace(/^RateLimitPolicy$/, 'RateLimit-Policy')
    .replace(/^(Idempotency|Retry)(?=[A-Z])/, '$1-')
    .replace(/^WWW/, 'WWW-')

/** On every response about an application, where the rate of applications is limited. */
export const rateHeaders: HeaderName[] = ['RateLimit', 'RateLimitPolicy']
const extra: Record<number, HeaderName[]> = {
  401: ['WWWAuthenticate'],
  412: ['ETag'],
  429: ['RetryAfter'],
  503: ['RetryAfter'],
  504: ['RetryAfter'],
}

/** Not on what is about no application (the operator's key), nor on the gateway's own responses. */
const ofApplication = (status: number): boolean => ![401, 403, 405, 504].includes(status)

/** One response for each status of problems; its description names the types. */
function problemResponses() {
  const byStatus = Map.groupBy(Object.entries(problemTypes), ([, { status }]) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      `Problem${status}`,
      {
        description: types.map(([type, { title }]) => `${title} (\`${type}\`)`).join(', '),
        headers: headerRefs([
          ...(extra[status] ?? []),
          ...(ofApplication(status) ? rateHeaders : []),
        ]),
        content: { 'application/problem+json': { schema: refTo('Problem') } },
      },
    ]),
  )
}

export const components = () => ({
  schemas: schemas(),
  parameters,
  headers,
  responses: problemResponses(),
  securitySchemes: {
    operatorKey: {
      type: 'http',
      scheme: 'bearer',
      description:
        'The key of the operator, where one is configured: for creating and listing applications alone.',
    },
  },
})
