import type { Value, ValueOf } from '../../kinds/kinds.ts'
import { appKey } from './app-key.ts'
import { applicationParent, asParent, type Parent } from './parent.ts'

/**
 * A request with its number: `Entry` and values together. `values[i]` is the value of `number + i`
 * under `parent` from `rev` on; all but batches have one. It travels as one, in one queue message
 * (encode makes the envelope, decode reads it), and persist makes its `Change`s of it.
 */
export interface Reservation<V extends Value = Value> {
  rid: string
  rev: number
  parent: Parent
  number: number
  act: Act
  values: V[]
  /**
   * Whose HEAD has reserved it, where that is not the parent's: an edit or a delete of an
   * application is reserved by the application's own HEAD, so that applications do not get into
   * each other's way. (In version 0.1 the root's did.)
   */
  counter?: Parent | undefined
}

/** Whose HEAD, or waiting items, have the entry of a reservation. */
export const counterOf = ({ counter, parent }: Pick<Reservation, 'counter' | 'parent'>): Parent =>
  counter ?? parent

/**
 * One number of a `Reservation` with the value that it has from `rev` on, from which Store.store
 * makes the `Row`. The value is whole, never the changed fields alone: changes overtake each other
 * in the queue, and the greatest rev must win alone.
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
  counter: _,
  ...reservation
}: Reservation<V>): Change<V>[] =>
  values.map((value, i) => ({ ...reservation, number: reservation.number + i, value }))

export type Act = 'create' | 'edit' | 'delete'

/** A change of what stands below a parent of kind K. */
export type ChangeBelow<K extends Parent['kind']> = Change<ValueOf[K]> & {
  parent: Extract<Parent, { kind: K }>
}

/**
 * Whether a change is below a parent of this kind, and its value so of the kind that stands there:
 * operations make values by the kind of their parent, and values.ts reads them by it.
 */
export const isBelow = <K extends Parent['kind']>(
  kind: K,
  change: Change,
): change is ChangeBelow<K> => change.parent.kind === kind

/** What the thing of a reservation is to its own children; undefined for a message. */
export function selfOf(reservation: Reservation): Parent | undefined {
  const [change] = changesOf(reservation)
  if (change && isBelow('root', change)) return applicationParent(appKey(change.value.token))
  const { parent, number } = reservation
  return parent.kind === 'root' ? undefined : asParent(parent, number)
}
