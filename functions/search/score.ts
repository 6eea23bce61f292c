import { codePoints } from '../kinds/text.ts'
import type { Criteria } from './criteria.ts'
import { fold } from './fold.ts'
import { countOf, matcherOf } from './term-matcher.ts'

/** What a search's criteria are about in a message. */
export interface SearchedMessage {
  body: string
  sender: string | null
  created_at: string
}

/**
 * For many messages: how well each matches, 0 where it does not. The number is the same in every
 * engine: a term counts as often as it occurs, overlapping occurrences included, times the trigrams
 * it is made of, because that is what OpenSearch adds up for a phrase. So the score is, about, how
 * much of the message the terms cover.
 */
export function scorerOf(criteria: Criteria): (message: SearchedMessage) => number {
  const terms = criteria.terms.map((term) => ({
    matcher: matcherOf([term]),
    trigrams: Math.max(1, codePoints(term) - 2),
  }))
  return (message) => {
    if (!passes(message, criteria)) return 0
    const text = fold(message.body)
    let score = 0
    for (const { matcher, trigrams } of terms) {
      const found = countOf(text, matcher)
      if (found === 0) return 0
      score += found * trigrams
    }
    return score
  }
}

/** Whether it passes the filters; the terms are not looked at. */
function passes({ sender, created_at }: SearchedMessage, criteria: Criteria): boolean {
  const time = Date.parse(created_at)
  return (
    (criteria.sender === undefined || sender === criteria.sender) &&
    (criteria.from === undefined || time >= criteria.from) &&
    (criteria.to === undefined || time < criteria.to)
  )
}
