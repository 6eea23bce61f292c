import { isAway } from './away.ts'

/** What a client may see of an error (RFC 9457). `pointer` is a JSON Pointer into the body, `parameter` a query or path name. */
export interface FieldError {
  detail: string
  pointer?: string
  parameter?: string
}
export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/** An error that the client is told: what it did, or what is not available at the moment. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly type: string
  readonly title: string
  readonly errors: FieldError[]
  readonly headers: Record<string, string>

  constructor(
    status: number,
    type: string,
    title: string,
    detail: string,
    more: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.status = status
    this.type = type
    this.title = title
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }
}

export const malformed = (detail: string, cause?: unknown) =>
  new Problem(400, 'malformed-request', 'Malformed request', detail, { cause })
export const badRequest = (errors: FieldError[]) =>
  new Problem(400, 'invalid-parameter', 'Invalid parameter', errors.map(say).join('; '), { errors })
export const unauthorized = (detail: string) =>
  new Problem(401, 'operator-key-required', 'Operator key required', detail, {
    headers: { 'WWW-Authenticate': 'Bearer' },
  })
export const notFound = (what: 'application' | 'chat' | 'message' | 'route') =>
  new Problem(404, 'not-found', 'Not found', `there is no such ${what}`)
export const methodNotAllowed = (allow: string[]) =>
  new Problem(405, 'method-not-allowed', 'Method not allowed', `this path takes ${allow.join(', ')}`, {
    headers: { Allow: allow.join(', ') },
  })
export const preconditionFailed = (etag: string) =>
  new Problem(412, 'precondition-failed', 'Precondition failed', 'it has changed since it was read', {
    headers: { ETag: etag },
  })
export const tooLarge = (maxBytes: number) =>
  new Problem(413, 'payload-too-large', 'Payload too large', `a request has at most ${maxBytes} bytes`)
export const invalidFields = (errors: FieldError[]) =>
  new Problem(422, 'invalid-field', 'Invalid field', errors.map(say).join('; '), { errors })
export const keyReused = () =>
  new Problem(
    422,
    'idempotency-key-reused',
    'Idempotency-Key reused',
    'this key was used for a request with another payload',
  )
export const unavailable = (detail: string, retryAfterSeconds: number, cause?: unknown) =>
  new Problem(503, 'unavailable', 'Service unavailable', detail, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  })

const say = (error: FieldError): string => {
  const where = error.parameter ?? error.pointer?.replace(/^\//, '').replaceAll('/', '.')
  return where ? `${where} ${error.detail}` : error.detail
}

/** What the client is told of any error: a Problem as it is, a dependency that is away, or only that it is our fault. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isAway(error)) return unavailable('a dependency is away for the moment; try again', 2, error)
  return new Problem(500, 'internal', 'Internal error', 'the request failed; the request id finds out why', {
    cause: error,
  })
}

/** The answer to an error, as problem+json. */
export function problemAnswer(error: unknown, requestId: string): Answer {
  const problem = problemOf(error)
  return {
    status: problem.status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json' },
    body: {
      type: `/docs/problems#${problem.type}`,
      title: problem.title,
      status: problem.status,
      detail: problem.message,
      request_id: requestId,
      ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    },
  }
}
