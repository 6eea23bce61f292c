import { fold } from './fold.ts'

/** Code points of the body, `end` exclusive. */
export interface Highlight {
  start: number
  end: number
}

/** Where `term` occurs in `text`, both folded: UTF-16 offsets, ascending, occurrences that overlap included. */
export function occurrences(text: string, term: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(term); at !== -1; at = text.indexOf(term, at + 1)) found.push(at)
  return found
}

/**
 * Where the folded terms occur in a message's body: code-point offsets, ascending. Occurrences that overlap are given
 * as one range, so that a client can mark ranges without looking at their neighbours; those that only touch are not.
 */
export function highlight(body: string, terms: string[]): Highlight[] {
  const text = fold(body)
  const ranges = terms
    .flatMap((term) => occurrences(text, term).map((start) => ({ start, end: start + term.length })))
    .sort((a, b) => a.start - b.start)
  return inCodePoints(text, join(ranges))
}

function join(ranges: Highlight[]): Highlight[] {
  const joined: Highlight[] = []
  for (const range of ranges) {
    const last = joined.at(-1)
    if (last && range.start < last.end) last.end = Math.max(last.end, range.end)
    else joined.push({ ...range })
  }
  return joined
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
