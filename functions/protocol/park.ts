import { entryFor, type Reservation } from './change.ts'
import type { Table } from './ports.ts'
import { parkRequest } from './transitions.ts'
import { moveOut } from './waiting.ts'

/**
 * Parks a request that can never be stored as it is: it leaves the HEAD, which must stay small, and the sweep; its
 * body and waiting item stay, so that what was answered 201 is still read (P2). `redrive` makes it due again.
 */
export async function park(table: Table, reservation: Reservation, reason: string): Promise<void> {
  await moveOut(table, reservation.parent, [entryFor(reservation)])
  await table.update(parkRequest(reservation.rid, reason))
}
