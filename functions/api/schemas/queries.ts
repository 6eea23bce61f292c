import * as v from 'valibot'
import { millisecondsOf } from '../../kinds/instant.ts'
import { codePoints, text } from '../../kinds/text.ts'
import { limits } from '../../limits/limits.ts'

/** What the document says of a parameter: what it is, and one as it may be. */
const about = (description: string, example: string | number) => ({
  description,
  examples: [example],
})

const wholeNumber = (min: number, max: number, described: ReturnType<typeof about>) =>
  v.pipe(
    v.string(),
    v.metadata({
      type: 'integer',
      format: max > 2 ** 31 ? 'int64' : 'int32',
      minimum: min,
      maximum: max,
      ...described,
    }),
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

const limit = v.optional(
  wholeNumber(1, limits.page.max, about('How many items at most.', 20)),
  `${limits.page.default}`,
)
const number = (description: string, example: number) =>
  v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER, about(description, example)))
const order = v.optional(
  v.pipe(
    v.picklist(['asc', 'desc'], 'must be asc or desc'),
    v.metadata(about('Ascending (the default) or descending.', 'desc')),
  ),
)

/**
 * Paging by number. `after` and `before` are exclusive; `around` puts its number in the middle of
 * the page.
 */
export const listQuery = v.pipe(
  v.strictObject({
    after: number('Only what has a greater number: that of `page.after`, or of an item.', 50),
    before: number('Only what has a smaller number: that of `page.before`, or of an item.', 101),
    around: number(
      'Puts this number in the middle of the page; goes without `after` and `before`.',
      75,
    ),
    order,
    limit,
  }),
  v.check(
    (q) => q.around === undefined || (q.after === undefined && q.before === undefined),
    'around does not go with after or before',
  ),
)

/** An opaque cursor of an earlier page. Where it is read, anything else is refused. */
const cursor = (description: string, example: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.maxLength(256, 'must be a cursor of this list'),
      v.metadata(about(description, example)),
    ),
  )

/** Applications page by an opaque cursor: their numbers are internal. */
export const applicationsQuery = v.strictObject({
  after: cursor('Only what was made later: the cursor of `page.after`.', 'YTUw'),
  before: cursor('Only what was made earlier: the cursor of `page.before`.', 'YTEwMQ'),
  order,
  limit,
})

/** A `+` that is not written as %2B arrives as a space. */
const instant = (description: string, example: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => millisecondsOf(text) !== undefined,
        'must be an RFC 3339 instant, its + written as %2B',
      ),
      v.metadata({ format: 'date-time', ...about(description, example) }),
    ),
  )

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
      examples: ['llo'],
      description: `What is looked for: at most ${limits.term} characters (code points), not blank, taken literally.`,
    }),
  ),
  mode: v.optional(
    v.pipe(
      v.picklist(['literal', 'words'], 'must be literal or words'),
      v.metadata(about('The text as it is (the default), or all its words in any order.', 'words')),
    ),
    'literal',
  ),
  order: v.optional(
    v.pipe(
      v.picklist(['newest', 'best'], 'must be newest or best'),
      v.metadata(about('The newest first (the default), or those that fit best.', 'best')),
    ),
    'newest',
  ),
  sender: v.optional(
    text(limits.sender, { description: 'Only messages of this very sender.', example: 'ann' }),
  ),
  from: instant('Only what was created then or later.', '2026-11-25T00:00:00Z'),
  to: instant('Only what was created before.', '2026-11-26T00:00:00Z'),
  after: cursor('Only what comes later in the results: the cursor of `page.after`.', 'bjUw'),
  limit,
})

export const noQuery = v.strictObject({})
export const healthQuery = v.strictObject({
  deep: v.optional(
    v.pipe(
      v.picklist(['1'], 'must be 1'),
      v.metadata(about('Asks every dependency for its state.', '1')),
    ),
  ),
})
