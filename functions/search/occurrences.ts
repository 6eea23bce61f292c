/**
 * For each place of the term the length of the longest proper prefix that ends there: how much of
 * the next occurrence is seen already where this one breaks off.
 */
function borders(term: string): number[] {
  const found = [0]
  for (let at = 1, seen = 0; at < term.length; at++) {
    while (seen > 0 && term[at] !== term[seen]) seen = found[seen - 1] ?? 0
    if (term[at] === term[seen]) seen++
    found.push(seen)
  }
  return found
}

/**
 * Where `term` occurs in `text`, both folded: each call answers the start of the next occurrence in
 * UTF-16 units, ascending, those that overlap included; Infinity when there is none left. The term
 * is not empty.
 *
 * The way of Knuth, Morris and Pratt: one step per character whatever the two are. `indexOf` from
 * each occurrence on compares the whole term every time, 16 million characters for 256 `a`s in 64
 * KiB of them, and a search looks through thousands of messages.
 */
export function occurrencesOf(text: string, term: string): () => number {
  const border = borders(term)
  let at = 0
  let seen = 0
  return () => {
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      while (seen > 0 && unit !== term.charCodeAt(seen)) seen = border[seen - 1] ?? 0
      if (unit === term.charCodeAt(seen)) seen++
      if (seen < term.length) continue
      seen = border[seen - 1] ?? 0
      at++
      return at - term.length
    }
    return Number.POSITIVE_INFINITY
  }
}

/** How often. */
export function countOf(text: string, term: string): number {
  const next = occurrencesOf(text, term)
  let found = 0
  while (next() !== Number.POSITIVE_INFINITY) found++
  return found
}

/**
 * How much is seen of some terms at a place of a text: the longest beginning of one that ends
 * there.
 */
export interface Seen {
  /** What each next UTF-16 unit makes of it, where that is longer. */
  longer: Map<number, Seen>
  /** The longest shorter beginning that ends there too; undefined: this is none at all. */
  shorter: Seen | undefined
  /** The length of the longest whole term that ends there; 0: none does. */
  term: number
}

/**
 * The start for looking for all terms at once, step by step (`seeing`); the terms are not empty.
 * The way of Aho and Corasick: one step per character of the text however many terms there are, and
 * however they contain each other.
 */
export function seenNothing(terms: string[]): Seen {
  const nothing: Seen = { longer: new Map(), shorter: undefined, term: 0 }
  for (const term of terms) {
    let seen = nothing
    for (let at = 0; at < term.length; at++) {
      const unit = term.charCodeAt(at)
      const next = seen.longer.get(unit) ?? { longer: new Map(), shorter: nothing, term: 0 }
      seen.longer.set(unit, next)
      seen = next
    }
    seen.term = term.length
  }
  linkToShorter(nothing)
  return nothing
}

/** By length, because each is found by those of what is shorter. */
function linkToShorter(nothing: Seen): void {
  const all = [nothing]
  for (const seen of all)
    for (const [unit, next] of seen.longer) {
      if (seen.shorter) next.shorter = seeing(seen.shorter, unit)
      // A term that is whole here is longer than any that is a part of it.
      next.term ||= next.shorter?.term ?? 0
      all.push(next)
    }
}

/** What is seen one UTF-16 unit further on. */
export function seeing(seen: Seen, unit: number): Seen {
  let from = seen
  for (;;) {
    const next = from.longer.get(unit)
    if (next) return next
    if (!from.shorter) return from
    from = from.shorter
  }
}
