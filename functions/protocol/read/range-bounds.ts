import type { Range } from '../model/row.ts'

/** The lowest and the highest number that a range may hold; its own bounds are exclusive. */
export const lowest = (range: Range): number => (range.after ?? 0) + 1
export const highest = (range: Range): number => (range.before ?? Number.MAX_SAFE_INTEGER) - 1
