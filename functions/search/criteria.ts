import { fold } from './fold.ts'

/**
 * What a search looks for, within which bounds, and in which order. Times are milliseconds since
 * 1970.
 */
export interface Criteria {
  /**
   * Folded, none twice; a message matches if it contains all of them. A `literal` search has one, a
   * search for `words` one per word.
   */
  terms: string[]
  order: Order
  sender?: string
  /** Bounds of `created_at`: `from` is inclusive, `to` exclusive. */
  from?: number
  to?: number
}
export type Order = 'newest' | 'best'

/**
 * The terms of `q`, folded: `literal` takes q itself with its white space, `words` what stands
 * between white space, each once. There is at least one, for the schema has refused a q of nothing
 * but white space.
 */
export function termsOf(q: string, mode: 'literal' | 'words'): string[] {
  const folded = fold(q)
  return mode === 'literal'
    ? [folded]
    : [...new Set(folded.split(/\s+/u).filter((word) => word !== ''))]
}

/** A `from` or `to` that names no instant, such as the 30th of February. */
export class InvalidInstant extends Error {
  override name = 'InvalidInstant'
  readonly parameter: 'from' | 'to'
  constructor(parameter: 'from' | 'to') {
    super('must be an RFC 3339 instant')
    this.parameter = parameter
  }
}

/**
 * An RFC 3339 instant in milliseconds, rounded up. Messages have whole milliseconds, so "not
 * before" a finer instant means the next whole one, and "before" it means the same.
 */
function instant(parameter: 'from' | 'to', text: string): number {
  const milliseconds = Date.parse(text)
  // Date.parse takes the 30th of February for the 2nd of March.
  const inMonth =
    new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10))
  if (Number.isNaN(milliseconds) || !inMonth) throw new InvalidInstant(parameter)
  return milliseconds + (/\.[0-9]{3}[0-9]*[1-9]/.test(text) ? 1 : 0)
}

/** The criteria of a query that has passed the schema. Throws InvalidInstant. */
export function criteriaOf(query: {
  q: string
  mode: 'literal' | 'words'
  order: Order
  sender?: string | undefined
  from?: string | undefined
  to?: string | undefined
}): Criteria {
  const { q, mode, order, sender, from, to } = query
  return {
    terms: termsOf(q, mode),
    order,
    ...(sender === undefined ? {} : { sender }),
    ...(from === undefined ? {} : { from: instant('from', from) }),
    ...(to === undefined ? {} : { to: instant('to', to) }),
  }
}
