import { entryFor } from '../model/entry.ts'
import { counterOf, type Reservation } from '../model/reservation.ts'
import type { Table } from '../ports/table.ts'
import { parkRequest, unparkRequest } from '../table/request-writes.ts'
import { moveOut } from './move-out.ts'

/**
 * Parks a request that can never be stored as it is. Its entry leaves the HEAD, which must stay
 * small, and the sweep no longer looks at it. Its body and waiting item stay, so that what was
 * answered 201 is still read (P2). `redrive` makes it due again.
 */
export async function park(table: Table, reservation: Reservation, reason: string): Promise<void> {
  await moveOut(table, counterOf(reservation), [entryFor(reservation)])
  await table.update(parkRequest(reservation.rid, reason))
}

/**
 * The inverse of park: the request is due at `now` (ms since 1970), so the sweep sends it until it
 * is stored or parked again. Its waiting item stays until it is settled. Returns whether it was
 * parked.
 */
export const unpark = async (table: Table, rid: string, now: number): Promise<boolean> =>
  (await table.update(unparkRequest(rid, now))).done
