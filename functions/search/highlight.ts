import { highlightsLimit } from '../kinds/hit.ts'
import { fold } from './fold.ts'
import { type MatcherState, matcherOf, step } from './term-matcher.ts'

/** Code points of the body, `end` exclusive. */
interface Highlight {
  start: number
  end: number
}
export interface Highlights {
  ranges: Highlight[]
  /** There are more than the first 1,000, which are all that is given. */
  truncated: boolean
}

/**
 * For many bodies: where the folded terms occur in each, as code-point offsets, ascending, the
 * first 1,000 at most. A body of `a`s alone would else be answered with 16 times its size, a page
 * of them with more than the memory there is. Occurrences that overlap are given as one range, so
 * that a client can mark ranges without looking at their neighbours; those that only touch are not.
 * There is at least one term, and none is empty; throws nothing.
 *
 * Its cost is that of the text, not of what occurs in it: 1 to 21 `a`s occur 344,000 times in 16
 * KiB of them, and to merge all those took thirty times as long.
 */
export function highlighter(terms: string[]): (body: string) => Highlights {
  const matcher = matcherOf(terms)
  // Nothing that follows reaches back over as many ranges as a term is long: the first 1,000 stay
  // what they are.
  const enough = highlightsLimit + Math.max(...terms.map((term) => term.length))
  return (body) => {
    const text = fold(body)
    const ranges = covered(text, matcher, enough)
    return {
      ranges: inCodePoints(text, ranges.slice(0, highlightsLimit)),
      truncated: ranges.length > highlightsLimit,
    }
  }
}

/**
 * What the terms cover of a text, in UTF-16 units. Once there are `enough` ranges it ends, whatever
 * else follows.
 */
function covered(text: string, matcher: MatcherState, enough: number): Highlight[] {
  const ranges: Highlight[] = []
  let state = matcher
  for (let at = 0; at < text.length && ranges.length < enough; at++) {
    state = step(state, text.charCodeAt(at))
    // Of all that end here the longest is enough: it covers the others, and whatever overlaps them
    // overlaps it.
    if (state.matched > 0) add(ranges, at + 1 - state.matched, at + 1)
  }
  return ranges
}

/**
 * Adds one that ends behind all others, joined with those that it overlaps. Each range goes but
 * once.
 */
function add(ranges: Highlight[], from: number, end: number): void {
  let start = from
  for (let last = ranges.at(-1); last && start < last.end; last = ranges.at(-1)) {
    start = Math.min(start, last.start)
    ranges.pop()
  }
  ranges.push({ start, end })
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
