import type { Change } from './change.ts'
import type { Table } from './ports.ts'
import { parkRequest } from './transitions.ts'
import { moveOut } from './waiting.ts'

/**
 * Parks a request that can never be stored as it is: it leaves the HEAD, which must stay small, and the sweep; its
 * body and waiting item stay, so that what was answered 201 is still read (P2). `redrive` makes it due again.
 */
export async function park(table: Table, change: Change, reason: string): Promise<void> {
  await moveOut(table, change.parent, [change])
  await table.update(parkRequest(change.rid, reason))
}
