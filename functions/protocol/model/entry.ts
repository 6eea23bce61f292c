import type { Reservation } from './reservation.ts'

/** One entry of a HEAD, or one waiting item. */
export interface Entry {
  rid: string
  rev: number
  number: number
  /** How many numbers from there on. */
  count: number
}

/** How HEADs and waiting items hold a reservation. */
export const entryFor = ({ rid, rev, number, values }: Reservation): Entry => ({
  rid,
  rev,
  number,
  count: values.length,
})

/**
 * Whether an entry is about any number from `first` to `last`; a batch's is about all of its
 * numbers.
 */
export const overlaps = ({ number, count }: Entry, first: number, last: number): boolean =>
  number <= last && number + count > first
