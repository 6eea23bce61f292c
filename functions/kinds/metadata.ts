import * as v from 'valibot'
import { limits } from '../limits/limits.ts'

export type Metadata = Record<string, unknown>
/**
 * Whether a JSON value is an object. v.record would not do: it drops a key `__proto__`, and
 * metadata comes back as it was sent.
 */
export const isMetadata = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const clean = (text: string) => text.isWellFormed() && !text.includes('\u0000')

/**
 * Whether every key and text in it can be stored and comes back unchanged. Not recursive, because a
 * request may be nested deep enough to break the stack.
 */
function isStorable(value: Record<string, unknown>): boolean {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string' && !clean(next)) return false
    if (typeof next !== 'object' || next === null) continue
    if (!Object.keys(next).every(clean)) return false
    // One by one: as arguments of one call, a hundred thousand elements would break the stack.
    for (const inner of Object.values(next)) waiting.push(inner)
  }
  return true
}

/** What JSON Schema says of it; bin/openapi/schemas.ts defines JsonValue, without U+0000. */
const anyObject = {
  type: 'object',
  propertyNames: { pattern: '^[^\\u0000]*$' },
  additionalProperties: { $ref: '#/components/schemas/JsonValue' },
}

/**
 * Whether it has at most `limits.metadataBytes` as JSON. Its levels are counted first: each costs
 * two bytes at least, so what has more levels than fit is refused before JSON.stringify, which
 * recurses, could break the stack.
 */
function fits(value: Record<string, unknown>): boolean {
  let level: unknown[] = [value]
  for (let bytes = 0; level.length > 0; bytes += 2) {
    if (bytes > limits.metadataBytes) return false
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return Buffer.byteLength(JSON.stringify(value)) <= limits.metadataBytes
}

/** Metadata as a client may send it: a JSON object of its own, which is kept as it is. */
export const metadata = v.pipe(
  v.custom<Metadata>(isMetadata, 'must be a JSON object'),
  v.check(isStorable, 'must not contain U+0000 or a lone surrogate'),
  v.check(fits, `must have at most ${limits.metadataBytes} bytes as JSON`),
  v.metadata({
    ...anyObject,
    description: `The client's own JSON object, kept as it is: at most ${limits.metadataBytes} bytes as JSON, without U+0000, lone surrogates, and numbers that a double cannot hold exactly (-0 included).`,
  }),
)

/** Metadata as it is stored, and shown in responses. */
export const keptMetadata = v.nullable(
  v.pipe(v.custom<Metadata>(isMetadata), v.metadata(anyObject)),
)
