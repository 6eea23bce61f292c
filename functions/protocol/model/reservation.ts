import type { Value } from '../../kinds/values.ts'
import type { Parent } from './parent.ts'

/**
 * What one request was given: `values[i]` is what `number + i` under `parent` holds from `rev` on.
 * One value for all but batches, whose numbers follow each other. It travels as one: one REQ, one
 * queue message, all or nothing.
 */
export interface Reservation<V extends Value = Value> {
  rid: string
  rev: number
  parent: Parent
  number: number
  act: Act
  values: V[]
}

/**
 * One number of a reservation: the whole representation that it has from `rev` on. Whole, never
 * partial: changes overtake each other in the queue, and the greatest rev must win alone.
 */
export interface Change<V extends Value = Value> {
  rid: string
  rev: number
  parent: Parent
  number: number
  act: Act
  value: V
}
/** The changes that a reservation makes, one per number. */
export const changesOf = <V extends Value>({
  values,
  ...reservation
}: Reservation<V>): Change<V>[] =>
  values.map((value, i) => ({ ...reservation, number: reservation.number + i, value }))

export type Act = 'create' | 'edit' | 'delete'
