import { millisecondsOf } from '../kinds/instant.ts'
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

/** The schema has found it to be one. */
function instant(text: string): number {
  const milliseconds = millisecondsOf(text)
  if (milliseconds === undefined) throw new TypeError('a bound of a search that was not checked')
  return milliseconds
}

/** The criteria of a query that has passed the schema. */
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
    ...(from === undefined ? {} : { from: instant(from) }),
    ...(to === undefined ? {} : { to: instant(to) }),
  }
}
