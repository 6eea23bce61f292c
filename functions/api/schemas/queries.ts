import * as v from 'valibot'
import { codePoints, text } from '../../kinds/text.ts'
import { limits } from '../../limits/limits.ts'

const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.metadata({ type: 'integer', minimum: min, maximum: max }),
    v.regex(/^(0|[1-9][0-9]{0,15})$/, 'must be a whole number'),
    v.transform(Number),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  )

/**
 * The pattern of an Idempotency-Key of `least` characters or more: bare, or a quoted string as in
 * the IETF draft. Quotes that do not enclose it belong to it. A bare one has no comma: lines of one
 * header may be joined by commas on their way, and two keys would look like one.
 */
export function idempotencyKeyPattern(least: number): string {
  const most = limits.idempotencyKey
  const [first, inner] = ['[!-+\\--~]', '[ -+\\--~]']
  const bare = `${first}${inner}{${Math.max(least - 2, 0)},${most - 2}}${first}`
  return `^(?!"[ -~]{0,${least - 1}}"$)("[ -~]{${least},${most}}"|${least === 1 ? `${first}|` : ''}${bare})$`
}

const limit = v.optional(wholeNumber(1, limits.page.max), `${limits.page.default}`)
const number = wholeNumber(0, Number.MAX_SAFE_INTEGER)

/**
 * Paging by number. `after` and `before` are exclusive; `around` puts its number in the middle of
 * the page.
 */
export const listQuery = v.pipe(
  v.strictObject({
    after: v.optional(number),
    before: v.optional(number),
    around: v.optional(number),
    order: v.optional(v.picklist(['asc', 'desc'], 'must be asc or desc')),
    limit,
  }),
  v.check(
    (q) => q.around === undefined || (q.after === undefined && q.before === undefined),
    'around does not go with after or before',
  ),
)

/** An opaque cursor of an earlier page. Where it is read, anything else is refused. */
const cursor = v.pipe(v.string(), v.maxLength(256, 'must be a cursor of this list'))

/** Applications page by an opaque cursor: their numbers are internal. */
export const applicationsQuery = v.strictObject({
  after: v.optional(cursor),
  before: v.optional(cursor),
  order: v.optional(v.picklist(['asc', 'desc'], 'must be asc or desc')),
  limit,
})

const instant = v.pipe(v.string(), v.isoTimestamp('must be an RFC 3339 instant'))

/** `q` is taken literally: it is neither trimmed nor parsed. */
export const searchQuery = v.strictObject({
  q: v.pipe(
    v.string('is required'),
    v.check((q) => q.trim() !== '', 'must not be blank'),
    v.check((q) => codePoints(q) <= limits.term, `must have at most ${limits.term} characters`),
    v.check((q) => q.isWellFormed(), 'must be well-formed Unicode'),
    v.metadata({
      minLength: 1,
      maxLength: limits.term,
      pattern: '\\S',
      description: `What is looked for: at most ${limits.term} characters (code points), not blank, taken literally.`,
    }),
  ),
  mode: v.optional(v.picklist(['literal', 'words'], 'must be literal or words'), 'literal'),
  order: v.optional(v.picklist(['newest', 'best'], 'must be newest or best'), 'newest'),
  sender: v.optional(text(limits.sender)),
  from: v.optional(instant),
  to: v.optional(instant),
  after: v.optional(cursor),
  limit,
})

export const noQuery = v.strictObject({})
export const healthQuery = v.strictObject({ deep: v.optional(v.literal('1', 'must be 1')) })
