import type { Parent } from '../model/parent.ts'
import { type Reservation, selfOf } from '../model/reservation.ts'
import type { Table } from '../ports/table.ts'
import { closeHead, putHead } from '../table/head-writes.ts'

/**
 * Pays what a reservation owes besides its row: a new application or chat its own HEAD, so that
 * things can be created in it at once (P5); a deleted one the closing of that HEAD (P10). It may be
 * paid any number of times: accept, edit, sweep and persist all do it
 * (docs/protocol.md#owed-before-the-send-and-before-settling).
 */
export async function payOwed(table: Table, reservation: Reservation): Promise<void> {
  const self = selfOf(reservation)
  if (!self) return
  if (reservation.act === 'create') {
    // Its own HEAD counts its edits, whose revs must be above that of its create.
    const { number, rev } = reservation
    await table.put(putHead(self, self.kind === 'application' ? { number, rev } : {}))
  }
  if (reservation.act === 'delete') await close(table, self)
}

/**
 * A HEAD that its create still owes is put as deleted: if the create put it later, it would be
 * open. A put never overwrites, so if the create was quicker the HEAD is there now, and is closed.
 */
async function close(table: Table, self: Parent): Promise<void> {
  if ((await table.update(closeHead(self))).done) return
  if ((await table.put(putHead(self, { deleted: true }))).done) return
  await table.update(closeHead(self))
}
