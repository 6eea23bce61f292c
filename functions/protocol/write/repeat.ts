import type { Value } from '../../kinds/kinds.ts'
import { keyReused } from '../../problems/problem.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
import { entryInHead } from '../table/head.ts'
import { entryOfRequest, type Request } from '../table/request.ts'
import { touchRequest } from '../table/request-writes.ts'
import type { Input, Reserved } from './create.ts'
import { blockedBy, type ParentState } from './parent-head.ts'
import { type ReservePorts, takeNumber } from './take-number.ts'

/**
 * A create whose key has a REQ: it gets that request's answer, or, where the request was never
 * reserved, carries it on under its rid. `state` was read before `request`. Undefined when another
 * call got in between and all must be read again. Throws Problems: 422 where the key was used for
 * another body; 404 and 503 only where there is no answer yet.
 */
export async function repeat<V extends Value>(
  ports: ReservePorts,
  parent: Parent,
  state: ParentState,
  request: Request,
  input: Input<V>,
): Promise<Reserved<V> | undefined> {
  if (request.hash !== input.hash && request.hash !== input.formerHash?.()) throw keyReused()
  // The REQ has lost its values once they are stored. The repeat brought the same body again, as
  // the hash says, so they are built anew.
  const values = input.build(request.created_at, request.token ?? '')
  // REQ alone would not do: its number may still be in the HEAD, where the fence would let a second
  // reservation through (docs/protocol.md#a-repeat-finds-its-number).
  const known = entryOfRequest(request) ?? entryInHead(state.head, request.rid)
  const { head } = state
  if (known) return { reservation: reservationOf(parent, known, values), head, replayed: true }
  const blocked = blockedBy(state, parent, ports.caps)
  if (blocked) throw blocked
  const touched = await ports.table.update(touchRequest(request.rid, ports.clock.now()))
  if (!touched.done) return undefined
  const entry = await takeNumber(ports, parent, request.rid, head, values.length)
  return { reservation: reservationOf(parent, entry, values), head, replayed: false }
}

/** A create's number and its values together. */
export const reservationOf = <V extends Value>(
  parent: Parent,
  { rid, rev, number }: Entry,
  values: V[],
): Reservation<V> => ({ rid, rev, parent, number, act: 'create', values })
