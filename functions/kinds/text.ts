import * as v from 'valibot'

/** How many code points a text has, which is nearer to what a person counts than UTF-16 units. */
export const codePoints = (text: string): number => [...text].length

/**
 * A text that is stored as it is sent. Without U+0000, on which MySQL and OpenSearch disagree, and
 * without halves of surrogate pairs, which UTF-8 does not have.
 */
const plainText = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.trim() !== '', 'must not be blank'),
  v.check((text) => !text.includes('\u0000'), 'must not contain U+0000'),
  v.check((text) => text.isWellFormed(), 'must not contain a lone surrogate'),
)
/** Not blank and without U+0000, as a pattern of JSON Schema. */
const notBlank = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$'

/** What the document says of a text: what it is, as a sentence, and one as it may be. */
export interface About {
  description: string
  example: string
}

/** A text in a response. */
export const shownText = ({ description, example }: About) =>
  v.pipe(v.string(), v.metadata({ description, examples: [example] }))

/**
 * What JSON Schema can say of such a text. Its `maxLength` counts code points: a text of so many
 * bytes has no more of them.
 */
const described = (maxLength: number, unit: string, { description, example }: About) => ({
  minLength: 1,
  maxLength,
  pattern: notBlank,
  description: `${description} At most ${maxLength} ${unit}; not blank, without U+0000 and lone surrogates.`,
  examples: [example],
})

/** A text of at most `max` code points. */
export const text = (max: number, about: About) =>
  v.pipe(
    plainText,
    v.check((value) => codePoints(value) <= max, `must have at most ${max} characters`),
    v.metadata(described(max, 'characters (code points)', about)),
  )

/** A text of at most `max` bytes of UTF-8. */
export const textOfBytes = (max: number, about: About) =>
  v.pipe(
    plainText,
    v.check((value) => Buffer.byteLength(value) <= max, `must have at most ${max} bytes of UTF-8`),
    v.metadata(described(max, 'bytes of UTF-8', about)),
  )
