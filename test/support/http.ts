import * as v from 'valibot'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { hitResponse } from '../../functions/kinds/hit.ts'
import { messageKind } from '../../functions/kinds/message.ts'

/**
 * The API as a client sees it, at CHAT_BASE_URL. Every response is checked for what holds of all:
 * errors are problem+json, the CORS headers are there, and no key is named like a database id.
 */
export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON; undefined if there is no body. */
  body: unknown
}
export interface Sent {
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

/** The address of the stack that `npm test -- e2e` has started. Throws if there is none. */
export const baseUrl = (): string => {
  const url = process.env.CHAT_BASE_URL
  if (!url) throw new Error('CHAT_BASE_URL is not set: run `npm test -- e2e`, which starts a stack')
  return url
}

/**
 * One request. Rejects when the response breaks what holds of all responses. `at` is the base
 * address of another stack.
 */
export async function send(
  method: string,
  path: string,
  sent: Sent = {},
  at = baseUrl(),
): Promise<Answer> {
  const body = sent.json === undefined ? sent.raw : JSON.stringify(sent.json)
  const response = await fetch(`${at}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...sent.headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
  checkAnswer(`${method} ${path}`, answer)
  return answer
}
export const get = (path: string) => send('GET', path)
export const post = (path: string, json?: unknown, headers?: Record<string, string>) =>
  send('POST', path, { json, ...(headers ? { headers } : {}) })

/**
 * Throws when a response breaks what holds of all responses. `request` describes in the error what
 * was sent.
 */
export function checkAnswer(request: string, { status, headers, body }: Answer): void {
  const wrong = (what: string) =>
    new Error(`${request}: ${status} ${what}: ${JSON.stringify(body)}`)
  if (headers.get('Access-Control-Allow-Origin') !== '*') throw wrong('has no CORS header')
  const type = headers.get('Content-Type')
  if (status >= 400 && (type !== 'application/problem+json' || !v.is(problem, body)))
    throw wrong('is no problem')
  if (status < 400 && body !== undefined && type !== 'application/json') throw wrong(`is ${type}`)
  const ids = keysOf(body).filter(
    (key) => key === 'id' || (key.endsWith('_id') && key !== 'request_id'),
  )
  if (ids.length > 0) throw wrong(`shows ${ids.join(', ')}`)
}

/** Every key of a JSON value that is ours: metadata has keys of the client. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    key,
    ...(key === 'metadata' ? [] : keysOf(inner)),
  ])
}

const fieldError = v.strictObject({
  detail: v.string(),
  pointer: v.optional(v.string()),
  parameter: v.optional(v.string()),
})
/** RFC 9457, with the fields that every problem of this API has. */
export const problem = v.strictObject({
  type: v.pipe(v.string(), v.startsWith('/docs/problems#')),
  title: v.pipe(v.string(), v.minLength(1)),
  status: v.number(),
  detail: v.pipe(v.string(), v.minLength(1)),
  request_id: v.pipe(v.string(), v.minLength(1)),
  errors: v.optional(v.array(fieldError)),
})

const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const common = {
  status: v.picklist(['accepted', 'stored']),
  created_at: instant,
  updated_at: instant,
}
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const reference = v.nullable(v.pipe(v.string(), v.startsWith('?')))
const cursor = v.nullable(v.union([count, v.string()]))

/** The shapes of responses: every field of a kind, and no other. Instants have milliseconds. */
export const shapes = {
  application: v.strictObject({ ...applicationKind.response.entries, ...common }),
  chat: v.strictObject({ ...chatKind.response.entries, ...common }),
  message: v.strictObject({ ...messageKind.response.entries, ...common }),
}
export const pageOf = <S extends v.GenericSchema>(item: S) =>
  v.strictObject({
    data: v.array(item),
    page: v.strictObject({ next: reference, prev: reference, after: cursor, before: cursor }),
  })
export const found = v.strictObject({
  data: v.array(v.strictObject({ ...hitResponse.entries, ...common })),
  page: v.strictObject({
    next: reference,
    prev: v.null(),
    after: v.nullable(v.string()),
    before: v.null(),
    total: count,
  }),
  engine: v.picklist(['opensearch', 'mysql']),
})

/** The body of a response, which must have this status and shape. */
export function read<S extends v.GenericSchema>(
  answer: Answer,
  status: number,
  shape: S,
): v.InferOutput<S> {
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`)
  return v.parse(shape, answer.body)
}
