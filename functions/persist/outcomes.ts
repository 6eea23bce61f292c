import type { Change, Reservation } from '../protocol/model/reservation.ts'
import { collision } from '../protocol/table/request.ts'
import type { StoreOutcome } from './store-all.ts'

/** Reservations by what became of them; those in neither list are returned to the queue. */
interface Outcomes {
  stored: Reservation[]
  parked: { reservation: Reservation; reason: string }[]
}

/**
 * What becomes of reservations by what became of their changes: stored if all are, parked if one
 * can never be stored, but neither while one is still to be stored later.
 */
export function outcomesOf(of: ReadonlyMap<Change, Reservation>, outcome: StoreOutcome): Outcomes {
  const reservationOf = (change: Change): Reservation => {
    const reservation = of.get(change)
    if (!reservation) throw new Error('a change of no reservation')
    return reservation
  }
  const reasons = new Map<Reservation, string>()
  for (const { change, reason } of outcome.refused) reasons.set(reservationOf(change), reason)
  for (const change of outcome.collided) reasons.set(reservationOf(change), collision)
  const later = new Set(outcome.later.map(({ change }) => reservationOf(change)))
  const decided = [...new Set(of.values())].filter((reservation) => !later.has(reservation))
  return {
    stored: decided.filter((reservation) => !reasons.has(reservation)),
    parked: decided.flatMap((reservation) => {
      const reason = reasons.get(reservation)
      return reason === undefined ? [] : [{ reservation, reason }]
    }),
  }
}
