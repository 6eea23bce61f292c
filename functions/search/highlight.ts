import { highlightsLimit } from '../resources/message.ts'
import { fold } from './fold.ts'
import { occurrencesOf } from './occurrences.ts'

/** Code points of the body, `end` exclusive. */
export interface Highlight {
  start: number
  end: number
}
export interface Highlights {
  ranges: Highlight[]
  /** There are more than the first 1,000, which are all that is given. */
  truncated: boolean
}

/**
 * Where the folded terms occur in a message's body: code-point offsets, ascending, the first 1,000 at most. A body of
 * `a`s alone would else be answered with 16 times its size, a page of them with more than the memory there is.
 * Occurrences that overlap are given as one range, so that a client can mark ranges without looking at their
 * neighbours; those that only touch are not.
 */
export function highlight(body: string, terms: string[]): Highlights {
  const text = fold(body)
  const ranges: Highlight[] = []
  for (const range of inOrder(text, terms)) {
    const last = ranges.at(-1)
    if (last && range.start < last.end) last.end = Math.max(last.end, range.end)
    // Ascending, so the ones before the first that is too many are whole.
    else if (ranges.length === highlightsLimit) return { ranges: inCodePoints(text, ranges), truncated: true }
    else ranges.push(range)
  }
  return { ranges: inCodePoints(text, ranges), truncated: false }
}

/** The occurrences of all terms by their start, in UTF-16 units, found only as they are asked for. */
function* inOrder(text: string, terms: string[]): Generator<Highlight> {
  const heads = terms.map((term) => {
    const next = occurrencesOf(text, term)
    return { next, start: next(), length: term.length }
  })
  for (;;) {
    const first = heads.reduce((a, b) => (b.start < a.start ? b : a))
    if (first.start === Number.POSITIVE_INFINITY) return
    yield { start: first.start, end: first.start + first.length }
    first.start = first.next()
  }
}

/** Disjoint ascending ranges in UTF-16 units as code points, in one walk over the text. */
function inCodePoints(text: string, ranges: Highlight[]): Highlight[] {
  let unit = 0
  let point = 0
  const to = (target: number): number => {
    for (; unit < target; point++) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
    return point
  }
  return ranges.map(({ start, end }) => ({ start: to(start), end: to(end) }))
}
