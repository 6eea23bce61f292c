import { type Entry, overlaps } from '../model/entry.ts'
import type { Range } from '../model/row.ts'

/**
 * The last number, in the order of a range, up to which something is known; undefined: up to the
 * end of the range.
 */
export type Reach = number | undefined

/** The lowest and the highest number that a range may hold; its own bounds are exclusive. */
export const lowest = (range: Range): number => (range.after ?? 0) + 1
export const highest = (range: Range): number => (range.before ?? Number.MAX_SAFE_INTEGER) - 1

/** Where the first of several reaches ends. */
export function nearest(range: Range, reaches: Reach[]): Reach {
  const ends = reaches.filter((reach) => reach !== undefined)
  if (ends.length === 0) return undefined
  return range.order === 'asc' ? Math.min(...ends) : Math.max(...ends)
}

/** Whether a number lies in the range, and not behind the reach. */
export const isReached = (range: Range, reach: Reach, number: number): boolean =>
  number >= lowest(range) &&
  number <= highest(range) &&
  (reach === undefined || (range.order === 'asc' ? number <= reach : number >= reach))

/**
 * Turns a descending range round: with the opposite sign its numbers ascend too. Applied twice it
 * gives the number back.
 */
const turn = (range: Range, number: number): number => (range.order === 'asc' ? number : -number)

/** The first and the last of an entry's numbers that lie in the range, turned. */
function spanOf(range: Range, { number, count }: Entry): { from: number; to: number } {
  const low = Math.max(number, lowest(range))
  const high = Math.min(number + count - 1, highest(range))
  return range.order === 'asc' ? { from: low, to: high } : { from: -high, to: -low }
}

/** Whether the first of an entry's numbers in the range lies behind the first of another's. */
export const beginsBehind = (range: Range, entry: Entry, other: Entry): boolean =>
  spanOf(range, entry).from > spanOf(range, other).from

/** Up to where all is known if this entry, and all that begin with it or behind it, are not. */
export const reachBefore = (range: Range, entry: Entry): number =>
  turn(range, spanOf(range, entry).from - 1)

/** The entries about numbers of the range up to the reach, as the range comes upon them. */
export function entriesWithin(range: Range, reach: Reach, entries: Entry[]): Entry[] {
  const ascending = range.order === 'asc'
  const low = Math.max(lowest(range), ascending ? 0 : (reach ?? 0))
  const high = Math.min(highest(range), ascending ? (reach ?? highest(range)) : highest(range))
  return entries
    .filter((entry) => low <= high && overlaps(entry, low, high))
    .sort((a, b) => spanOf(range, a).from - spanOf(range, b).from)
}

/**
 * The number with which entries alone fill the range's limit; undefined: they do not. A batch
 * counts with each of its numbers, and several entries about one number count once.
 */
export function filledBy(range: Range, entries: Entry[]): Reach {
  let missing = range.limit
  let end = Number.NEGATIVE_INFINITY
  for (const entry of entriesWithin(range, undefined, entries)) {
    const { from, to } = spanOf(range, entry)
    const first = Math.max(from, end + 1)
    if (to - first + 1 >= missing) return turn(range, first + missing - 1)
    missing -= Math.max(to - first + 1, 0)
    end = Math.max(end, to)
  }
  return undefined
}
