import { codePoints } from '../kinds/text.ts'
import type { Criteria } from './criteria.ts'
import { fold } from './fold.ts'
import { countOf } from './occurrences.ts'

/** A message under a search's criteria. */
export interface Searched {
  body: string
  sender: string | null
  created_at: string
}

/**
 * How well a message answers, 0: not at all. The same number in every engine: a term counts as
 * often as it occurs, overlapping too, times the trigrams it is made of, because that is what
 * OpenSearch adds up for a phrase. So the score is, about, how much of the message the terms cover.
 */
export function scoreOf(message: Searched, criteria: Criteria): number {
  if (!passes(message, criteria)) return 0
  const text = fold(message.body)
  let score = 0
  for (const term of criteria.terms) {
    const found = countOf(text, term)
    if (found === 0) return 0
    score += found * Math.max(1, codePoints(term) - 2)
  }
  return score
}

/** The filters, without the terms. */
function passes({ sender, created_at }: Searched, criteria: Criteria): boolean {
  const time = Date.parse(created_at)
  return (
    (criteria.sender === undefined || sender === criteria.sender) &&
    (criteria.from === undefined || time >= criteria.from) &&
    (criteria.to === undefined || time < criteria.to)
  )
}
