import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as v from 'valibot'
import { limits, sentBytes } from '../limits/limits.ts'
import {
  badRequest,
  type FieldError,
  invalidFields,
  malformed,
  notFound,
  tooLarge,
} from '../problems/problem.ts'
import { lossyNumbers } from './json-numbers.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The body's bytes: the gateway passes them as base64 because every media type counts as binary.
 */
const bytesOf = (event: APIGatewayProxyEvent): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')

/** A request's body: the JSON, its size and itself. */
interface Body {
  value: unknown
  bytes: number
  text: string
}

/** The body as JSON, whatever its content type; undefined when there is none. Malformed: 400. */
export function readJson(event: APIGatewayProxyEvent): Body {
  const bytes = bytesOf(event)
  if (bytes.length === 0) return { value: undefined, bytes: 0, text: '' }
  try {
    const text = utf8.decode(bytes)
    return { value: JSON.parse(text), bytes: bytes.length, text }
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw malformed(`the body is not valid ${what}`, cause)
  }
}

/** Path numbers: `^[1-9][0-9]{0,15}$`. Not a number: 400; one that no counter can reach: 404. */
function pathNumber(name: 'chat' | 'message', raw: string): number {
  if (!/^[1-9][0-9]*$/.test(raw))
    throw badRequest([{ parameter: name, detail: 'must be a number from 1' }])
  const number = Number(raw)
  if (!Number.isSafeInteger(number)) throw notFound(name)
  return number
}

export interface Path {
  token: string
  chat: number
  message: number
}

/**
 * The path's parameters, 0 or empty where the route has none; the gateway has decoded them once,
 * decoding again would open `%2f`.
 */
export function readPath(event: APIGatewayProxyEvent): Path {
  const { token, chat, message } = event.pathParameters ?? {}
  return {
    token: token ?? '',
    chat: chat === undefined ? 0 : pathNumber('chat', chat),
    message: message === undefined ? 0 : pathNumber('message', message),
  }
}

/** The query by its schema. Unknown, repeated or invalid: 400, never clamped. */
export function readQuery<S extends v.GenericSchema>(
  schema: S,
  event: APIGatewayProxyEvent,
): v.InferOutput<S> {
  const given = Object.entries(event.multiValueQueryStringParameters ?? {})
  const repeated = given.filter(([, values]) => (values?.length ?? 0) > 1)
  if (repeated.length > 0) {
    throw badRequest(repeated.map(([parameter]) => ({ parameter, detail: 'must be given once' })))
  }
  const query = Object.fromEntries(given.map(([name, values]) => [name, values?.[0] ?? '']))
  const unknown = unknownKeys(schema, query).map((path) => ({
    parameter: path.join('.'),
    detail: 'is not a known parameter',
  }))
  const parsed = v.safeParse(schema, query)
  if (unknown.length > 0) throw badRequest(unknown)
  if (!parsed.success) {
    throw badRequest(
      parsed.issues.map((issue) => {
        const parameter = v.getDotPath(issue)
        return { ...(parameter ? { parameter } : {}), detail: detailOf(issue) }
      }),
    )
  }
  return parsed.output
}

/**
 * The body by its schema. Too large, as it is or as it will be sent on: 413; a field that is
 * missing, unknown or invalid: 422 with its pointer.
 */
export function checkBody<S extends v.GenericSchema>(schema: S, body: Body): v.InferOutput<S> {
  if (body.bytes > limits.requestBytes) throw tooLarge(limits.requestBytes)
  // To valibot an array is an object, and one without required keys takes it.
  if (Array.isArray(body.value))
    throw invalidFields([{ pointer: '', detail: 'must be a JSON object' }])
  const unknown = unknownKeys(schema, body.value).map(
    (path): FieldError => ({ pointer: pointerTo(path), detail: 'is not a known field' }),
  )
  if (unknown.length > 0) throw invalidFields(unknown)
  const parsed = v.safeParse(schema, body.value)
  if (parsed.success) {
    requireExact(body.text)
    if (sentBytes(parsed.output) > limits.sentBytes)
      throw tooLarge(
        limits.sentBytes,
        'a request as it is stored (numbers written out, U+FFFF escaped)',
      )
    return parsed.output
  }
  throw invalidFields(
    parsed.issues.map((issue) => ({
      pointer: pointerTo(issue.path?.map((item) => item.key) ?? []),
      detail: detailOf(issue),
    })),
  )
}

/**
 * A number can stand below a long name thousands of times: all pointers together could be larger
 * than an answer.
 */
const mostTold = 20

/**
 * Only metadata may hold numbers, and it comes back unchanged: what JSON would round on the way is
 * refused.
 */
function requireExact(text: string): void {
  const detail = 'is a number that JSON would change; send it as a string'
  const errors = lossyNumbers(text, mostTold).map(
    (path): FieldError => ({ pointer: pointerTo(path), detail }),
  )
  if (errors.length > 0) throw invalidFields(errors)
}

/**
 * Paths of fields that the schema does not have. valibot looks names up with `in`, which finds
 * `constructor` and `__proto__` in every object: look for own ones.
 */
function unknownKeys(
  schema: object,
  value: unknown,
  path: (string | number)[] = [],
): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return []
  const known =
    'getter' in schema && typeof schema.getter === 'function' ? schema.getter(value) : schema
  if (Array.isArray(value)) {
    const { item } = known
    return isSchema(item) ? value.flatMap((one, i) => unknownKeys(item, one, [...path, i])) : []
  }
  const { entries } = known
  if (!isSchema(entries)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.getOwnPropertyDescriptor(entries, key)?.value
    return isSchema(field) ? unknownKeys(field, inner, [...path, key]) : [[...path, key]]
  })
}
const isSchema = (value: unknown): value is object => typeof value === 'object' && value !== null

const pointerTo = (path: unknown[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') return issue.message
  return issue.path === undefined ? 'must be a JSON object' : 'is required'
}
