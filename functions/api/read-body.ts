import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as v from 'valibot'
import { limits, sentBytes } from '../limits/limits.ts'
import {
  encodedBody,
  type FieldError,
  invalidFields,
  malformed,
  mostErrors,
  tooLarge,
} from '../problems/problem.ts'
import { lossyNumbers } from './json-numbers.ts'
import { detailOf, unknownKeys } from './schema-errors.ts'

/** A byte order mark before the JSON is not part of it (RFC 8259, 8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The gateway passes a body as base64, because every media type counts as binary (lib/api.ts). */
const encodingOf = (event: APIGatewayProxyEvent) => (event.isBase64Encoded ? 'base64' : 'utf8')

/**
 * A request's body: the size of it in bytes, its text and the JSON that it is. Of a body that is
 * larger than a request may be only the size is known.
 */
interface Body {
  value: unknown
  bytes: number
  text: string
}

/** Throws 415 for a body that is packed: nobody knows its size before it is unpacked. */
export function requirePlain(contentEncoding = 'identity'): void {
  if (!/^(identity)?$/i.test(contentEncoding.trim())) throw encodedBody()
}

/**
 * The body as JSON, whatever its content type; its value is undefined when there is none. Throws
 * 400 for what is not UTF-8 or not JSON. What is too large is neither decoded nor parsed: 4 MB of
 * `[` would take 0.6 s and 159 MiB, whoever sends them. checkBody refuses it.
 */
export function readJson(event: APIGatewayProxyEvent): Body {
  const sent = event.body ?? ''
  const size = Buffer.byteLength(sent, encodingOf(event))
  if (size === 0 || size > limits.requestBytes) return { value: undefined, bytes: size, text: '' }
  const bytes = Buffer.from(sent, encodingOf(event))
  try {
    const text = utf8.decode(bytes)
    return { value: JSON.parse(text), bytes: bytes.length, text }
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw malformed(`the body is not valid ${what}`, cause)
  }
}

/**
 * The body by its schema. Throws 413 when it is too large, as it came or as it will be sent on;
 * 422, with a pointer to each, when fields are missing, unknown or invalid.
 */
export function checkBody<S extends v.GenericSchema>(schema: S, body: Body): v.InferOutput<S> {
  if (body.bytes > limits.requestBytes) throw tooLarge(limits.requestBytes)
  // To valibot an array is an object, and a schema without required keys takes it.
  if (Array.isArray(body.value))
    throw invalidFields([{ pointer: '', detail: 'must be a JSON object' }])
  const unknown = unknownKeys(schema, body.value)
  if (unknown.length > 0) throw invalidFields(unknown.map(errorAt('is not a known field')))
  const parsed = v.safeParse(schema, body.value)
  if (!parsed.success) {
    throw invalidFields(
      parsed.issues.map((issue) =>
        errorAt(detailOf(issue))(issue.path?.map((item) => item.key) ?? []),
      ),
    )
  }
  requireExact(body.text)
  requireRoom(parsed.output)
  return parsed.output
}

/**
 * Only metadata may hold numbers, and it is returned unchanged. So a number that JSON would round
 * on the way is refused.
 */
function requireExact(text: string): void {
  const lossy = lossyNumbers(text, mostErrors)
  const detail = 'is a number that JSON would change; send it as a string'
  if (lossy.length > 0) throw invalidFields(lossy.map(errorAt(detail)))
}

function requireRoom(payload: unknown): void {
  if (sentBytes(payload) > limits.sentBytes)
    throw tooLarge(
      limits.sentBytes,
      'a request as it is stored (numbers written out, U+FFFF escaped)',
    )
}

const errorAt =
  (detail: string) =>
  (path: unknown[]): FieldError => ({ pointer: pointerTo(path), detail })

const pointerTo = (path: unknown[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
