import { type Entry, entryFor } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import { counterOf, type Reservation } from '../model/reservation.ts'
import type { Clock } from '../ports/clock.ts'
import type { Table } from '../ports/table.ts'
import { readRequest } from '../table/request.ts'
import { storeRequest } from '../table/request-writes.ts'
import { deleteWaiting } from '../table/waiting-items.ts'
import { prune } from './prune.ts'

interface Ports {
  table: Table
  clock: Clock
  /** How long a settled request is remembered. */
  keptMs: number
}

/** What could not be settled, and why. */
export interface Unsettled {
  reservation: Reservation
  cause: unknown
}

/**
 * Marks a request as stored. If it is waiting, its waiting item goes first: after a kill between
 * the two all is repeated. The other way round the item would be left, and nothing would ever
 * delete it.
 */
async function settleRequest(ports: Ports, parent: Parent, entry: Entry): Promise<void> {
  const expiresAt = ports.clock.now() + ports.keptMs
  const written = await ports.table.update(storeRequest(entry, expiresAt, false))
  if (written.done || !written.item || readRequest(written.item).rid !== entry.rid) return
  await ports.table.delete(deleteWaiting(parent, entry))
  await ports.table.update(storeRequest(entry, expiresAt, true))
}

/** Settles the reservations that one HEAD has counted. */
async function settleParent(
  ports: Ports,
  parent: Parent,
  all: Reservation[],
): Promise<Unsettled[]> {
  const marked = await Promise.allSettled(
    all.map((one) => settleRequest(ports, parent, entryFor(one))),
  )
  const done = all.filter((_, i) => marked[i]?.status === 'fulfilled')
  const failed = all.flatMap((reservation, i) => {
    const outcome = marked[i]
    return outcome?.status === 'rejected' ? [{ reservation, cause: outcome.reason }] : []
  })
  // Only now: if the entry were pruned before the mark, after a kill between the two a repeat would
  // find neither, and take a second number.
  const [pruned] = await Promise.allSettled([
    done.length > 0 ? prune(ports.table, parent, done.map(entryFor)) : undefined,
  ])
  if (pruned.status === 'fulfilled') return failed
  return all.map((reservation) => ({ reservation, cause: pruned.reason }))
}

/**
 * After the commit (docs/protocol.md#settling): marks the requests as stored, which drops their
 * values, then prunes their entries from the HEADs. Returns what could not be settled; its
 * deliveries go back to the queue, for all of this may be done twice.
 */
export async function settle(ports: Ports, all: Reservation[]): Promise<Unsettled[]> {
  const groups = Map.groupBy(all, (one) => parentKey(counterOf(one)))
  const failed = await Promise.all(
    [...groups.values()].map((group) =>
      group[0] ? settleParent(ports, counterOf(group[0]), group) : Promise.resolve([]),
    ),
  )
  return failed.flat()
}
