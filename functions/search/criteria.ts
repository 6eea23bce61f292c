import { fold } from './fold.ts'

/**
 * What a search looks for, and in which order and bounds it answers. Times are milliseconds since
 * 1970.
 */
export interface Criteria {
  /**
   * Folded and different; a message matches if it contains every one. `literal` has one, `words`
   * one per word.
   */
  terms: string[]
  order: Order
  sender?: string
  /** Of `created_at`; `from` inclusive, `to` exclusive. */
  from?: number
  to?: number
}
export type Order = 'newest' | 'best'

/**
 * The terms of `q`. Literal: q itself, white space and all. Words: what stands between white space,
 * each once. Throws nothing; the schema has refused a q of only white space, so there is at least
 * one term.
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
 * An RFC 3339 instant in milliseconds, rounded up: messages have whole milliseconds, so both "not
 * before" and "before" a finer instant mean the next one.
 */
function instant(parameter: 'from' | 'to', text: string): number {
  const milliseconds = Date.parse(text)
  // Date.parse takes the 30th of February for the 2nd of March.
  const inMonth =
    new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10))
  if (Number.isNaN(milliseconds) || !inMonth) throw new InvalidInstant(parameter)
  return milliseconds + (/\.[0-9]{3}[0-9]*[1-9]/.test(text) ? 1 : 0)
}

/** The criteria in a query that the schema has passed. Throws InvalidInstant. */
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
