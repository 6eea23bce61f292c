import type { Reservation } from './reservation.ts'

/**
 * What a HEAD notes of a request when it gives the number, and what a waiting item holds. The
 * values are in the `Request`; with them it is the `Reservation`.
 */
export interface Entry {
  rid: string
  rev: number
  number: number
  /** How many numbers from there on. */
  count: number
}

/** The number in the entries of an application's HEAD that are about the application itself. */
export const ownNumber = 0

/** The entry of a reservation. */
export const entryFor = ({ rid, rev, number, values, counter }: Reservation): Entry => ({
  rid,
  rev,
  number: counter === undefined ? number : ownNumber,
  count: values.length,
})

/**
 * Whether an entry is about any number from `first` to `last`; a batch's is about all of its
 * numbers.
 */
export const overlaps = ({ number, count }: Entry, first: number, last: number): boolean =>
  number <= last && number + count > first
