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

/**
 * A JSON object of the client's own, kept as it is. The document says no more of what is in it than
 * that: a schema of any JSON value would have to contain itself, which generators do not bear.
 */
const metadata = v.pipe(
  v.custom<Metadata>(isMetadata, 'must be a JSON object'),
  v.check(isStorable, 'must not contain U+0000 or a lone surrogate'),
  v.check(fits, `must have at most ${limits.metadataBytes} bytes as JSON`),
  v.metadata({
    type: 'object',
    additionalProperties: true,
    examples: [{ lang: 'en' }],
    description: `The client's own JSON object, kept as it is, or null where there is none: at most ${limits.metadataBytes} bytes as JSON, without U+0000, lone surrogates, and numbers that a double cannot hold exactly (-0 included).`,
  }),
)

/**
 * Metadata as it is sent: null clears it. In the document this is `Metadata`, null included: of a
 * reference beside null openapi-generator forgets the null where the reference is a free object,
 * and its Python client refused every response without metadata.
 */
export const nullableMetadata = v.nullable(metadata)

/** Metadata as it is stored, and shown in responses; to the document it is one thing with that. */
export const keptMetadata = v.pipe(
  v.custom<Metadata | null>((value) => value === null || isMetadata(value)),
  v.metadata({ $ref: '#/components/schemas/Metadata' }),
)
