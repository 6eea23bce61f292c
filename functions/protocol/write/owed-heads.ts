import type { Parent } from '../model/parent.ts'
import { type Reservation, selfOf } from '../model/reservation.ts'
import type { Table } from '../ports/table.ts'
import { closeHead, putHead } from '../table/head-writes.ts'

/**
 * What a reservation owes besides its row: a new application or chat its own HEAD, so that things
 * can be created in it at once (P5); a deleted one the mark that refuses them (P10). Idempotent:
 * accept, sweep and persist all pay it.
 */
export async function payOwed(table: Table, reservation: Reservation): Promise<void> {
  const self = selfOf(reservation)
  if (!self) return
  if (reservation.act === 'create') {
    await table.put(
      putHead(self, self.kind === 'application' ? { number: reservation.number } : {}),
    )
  }
  if (reservation.act === 'delete') await close(table, self)
}

/**
 * A HEAD that is still owed by its create is put as deleted: put later, it would take creates
 * again.
 */
async function close(table: Table, self: Parent): Promise<void> {
  if ((await table.update(closeHead(self))).done) return
  if ((await table.put(putHead(self, { deleted: true }))).done) return
  await table.update(closeHead(self))
}
