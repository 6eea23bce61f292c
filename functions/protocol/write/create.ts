import type { Value } from '../../kinds/kinds.ts'
import type { Parent } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Head } from '../table/head.ts'

/** A create, as its operation asks for it. */
export interface Create<V extends Value> {
  parent: Parent
  /**
   * The REQ key made of the Idempotency-Key and its scope (idempotencyRequestKey); undefined
   * without one.
   */
  key: string | undefined
  /** Checks the body; called when the parent is known to exist. Throws Problems (413, 422). */
  input: () => Input<V>
}

/**
 * What an operation makes of the checked body of its `Call`. Next comes the `Request`, which
 * putRequest writes with this hash and these values.
 */
export interface Input<V extends Value> {
  /** Of the checked body: it tells a repeat from a key that is used for something else. */
  hash: string
  /**
   * What the release before would have made of it: requests that it recorded have this one. Never
   * stored, and asked for only where the hash is another one.
   */
  formerHash?: () => string
  /**
   * The values to be stored. `at`: the time of the request. `token`: that of a new application, for
   * all others ''.
   */
  build: (at: string, token: string) => V[]
}

/** What became of a create. `replayed`: its key had a number already, and this is that answer. */
export interface Reserved<V extends Value> {
  reservation: Reservation<V>
  /** The image of the parent's HEAD by which it was judged. */
  head: Head
  replayed: boolean
}
