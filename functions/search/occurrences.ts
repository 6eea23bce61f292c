/**
 * For each place of the term the length of the longest proper prefix that ends there: how much of the next occurrence
 * is seen already where this one breaks off.
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
 * Where `term` occurs in `text`, both folded: each call answers the start of the next occurrence in UTF-16 units,
 * ascending, those that overlap included; Infinity when there is none left. The term is not empty.
 *
 * The way of Knuth, Morris and Pratt: one step per character whatever the two are. `indexOf` from each occurrence on
 * compares the whole term every time, 16 million characters for 256 `a`s in 64 KiB of them, and a search looks
 * through thousands of messages.
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
