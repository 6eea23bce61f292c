import { parameters } from './parameters.ts'
import { problemContents } from './problems.ts'
import { schemas } from './schemas.ts'

const header = (description: string, example: string | number, schema: object = {}) => ({
  description,
  schema: { type: 'string', ...schema },
  example,
})
const headers = {
  ETag: header('Changes with whatever the representation shows.', '"3-stored-0"', {
    pattern: '^(W/)?".+"$',
  }),
  Location: header('Where it is, relative to the address of the request.', 'messages/1', {
    format: 'uri-reference',
  }),
  Link: header(
    'The next page, while there is one, relative to the address of the request.',
    '<?after=50>; rel="next"',
  ),
  IdempotencyReplayed: header('`true`: this is the response to an earlier request.', 'true', {
    enum: ['true'],
  }),
  RateLimit: header(
    'How many requests are left (r) and in how many seconds all are back (t); only where applications are limited.',
    '"application";r=4999;t=1',
  ),
  RateLimitPolicy: header(
    'How many requests (q) in how many seconds (w); only where applications are limited.',
    '"application";q=5000;w=10',
  ),
  RetryAfter: header('Seconds to wait.', 2, { type: 'integer', format: 'int32', minimum: 1 }),
  WWWAuthenticate: header('The scheme of the operator key.', 'Bearer'),
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

/** On every response about an application, where these are limited. */
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

/** One response per status of problems. */
const problemResponses = () =>
  Object.fromEntries(
    problemContents().map(({ status, description, content }) => [
      `Problem${status}`,
      {
        description,
        headers: headerRefs([
          ...(extra[status] ?? []),
          ...(ofApplication(status) ? rateHeaders : []),
        ]),
        content,
      },
    ]),
  )

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
