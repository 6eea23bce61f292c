/**
 * One thing that is wrong with a request (a member of `errors`, RFC 9457). `pointer` is a JSON
 * Pointer into the body, `parameter` the name of a path or query parameter or of a header.
 */
export interface FieldError {
  detail: string
  pointer?: string
  parameter?: string
}

/** Every kind of problem. functions/docs/problems-page.ts explains each to clients. */
export const problemTypes = {
  'malformed-request': { status: 400, title: 'Malformed request' },
  'invalid-parameter': { status: 400, title: 'Invalid parameter' },
  'operator-key-required': { status: 401, title: 'Operator key required' },
  forbidden: { status: 403, title: 'Forbidden' },
  'application-suspended': { status: 403, title: 'Application suspended' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'precondition-failed': { status: 412, title: 'Precondition failed' },
  'payload-too-large': { status: 413, title: 'Payload too large' },
  'unsupported-encoding': { status: 415, title: 'Unsupported content encoding' },
  'invalid-field': { status: 422, title: 'Invalid field' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency-Key reused' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'Headers too large' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Service unavailable' },
  timeout: { status: 504, title: 'Timeout' },
} as const
export type ProblemType = keyof typeof problemTypes

/**
 * Errors that one response names, the first ones: a request may have thousands of unknown fields,
 * or numbers below a long name, and the pointers to all of them would be larger than the request.
 */
export const mostErrors = 20

/**
 * An error that the client sees as it is: what the client did wrong, or what is not available at
 * the moment. `detail` is about this very request.
 */
export class Problem extends Error {
  override name = 'Problem'
  readonly type: ProblemType
  readonly status: number
  readonly title: string
  readonly errors: FieldError[]
  readonly headers: Record<string, string>

  constructor(
    type: ProblemType,
    detail: string,
    more: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.type = type
    this.status = problemTypes[type].status
    this.title = problemTypes[type].title
    this.errors = more.errors?.slice(0, mostErrors) ?? []
    this.headers = more.headers ?? {}
  }
}

export const malformed = (detail: string, cause?: unknown) =>
  new Problem('malformed-request', detail, { cause })
export const badRequest = (errors: FieldError[]) =>
  new Problem('invalid-parameter', sayAll(errors), { errors })
export const unauthorized = (detail: string) =>
  new Problem('operator-key-required', detail, { headers: { 'WWW-Authenticate': 'Bearer' } })
export const applicationSuspended = (reads: boolean) =>
  new Problem(
    'application-suspended',
    reads
      ? 'the operator has suspended this application: it is neither read nor written'
      : 'the operator has suspended this application: it is read, and takes no writes',
  )
export const notFound = (what: string) => new Problem('not-found', `there is no such ${what}`)
export const methodNotAllowed = (allow: string[]) =>
  new Problem('method-not-allowed', `this path takes ${allow.join(', ')}`, {
    headers: { Allow: allow.join(', ') },
  })
export const preconditionFailed = (etag: string) =>
  new Problem('precondition-failed', 'it has changed since it was read', {
    headers: { ETag: etag },
  })
export const tooLarge = (maxBytes: number, what = 'a request') =>
  new Problem('payload-too-large', `${what} has at most ${maxBytes} bytes`)
export const encodedBody = () =>
  new Problem('unsupported-encoding', 'a body is sent as it is, without Content-Encoding', {
    headers: { 'Accept-Encoding': 'identity' },
  })
export const invalidFields = (errors: FieldError[]) =>
  new Problem('invalid-field', sayAll(errors), { errors })
export const keyReused = () =>
  new Problem('idempotency-key-reused', 'this key was used for a request with another payload')
export const tooMany = (perSecond: number, retryAfterSeconds: number) =>
  new Problem('too-many-requests', `an application may send ${perSecond} requests a second`, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
  })
export const headersTooLarge = (kilobytes: number) =>
  new Problem(
    'headers-too-large',
    `the headers have more than ${kilobytes} KB together; leave some out`,
  )
export const unavailable = (detail: string, retryAfterSeconds: number, cause?: unknown) =>
  new Problem('unavailable', detail, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  })
export const timedOut = () =>
  new Problem('timeout', 'the response took too long; what was asked may have happened', {
    headers: { 'Retry-After': '1' },
  })

function sayAll(errors: FieldError[]): string {
  const more = errors.length - mostErrors
  const said = errors.slice(0, mostErrors).map(say)
  return (more > 0 ? [...said, `and ${more} more`] : said).join('; ')
}

const say = (error: FieldError): string => {
  const where = error.parameter ?? error.pointer?.replace(/^\//, '').replaceAll('/', '.')
  return where ? `${where} ${error.detail}` : error.detail
}
