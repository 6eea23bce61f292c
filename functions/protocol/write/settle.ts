import type { Entry } from '../model/entry.ts'
import { entryFor } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
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

/**
 * Says of one request that its row is committed. A waiting one: first its waiting item goes, then
 * the mark; the other way round a kill between the two would leave an item that nothing ever
 * deletes.
 */
async function settleRequest(ports: Ports, parent: Parent, entry: Entry): Promise<void> {
  const expiresAt = ports.clock.now() + ports.keptMs
  const written = await ports.table.update(storeRequest(entry, expiresAt, false))
  if (written.done || !written.item || readRequest(written.item).rid !== entry.rid) return
  await ports.table.delete(deleteWaiting(parent, entry))
  await ports.table.update(storeRequest(entry, expiresAt, true))
}

/** Settles the reservations of one parent; answers those whose request could not be marked. */
async function settleParent(
  ports: Ports,
  parent: Parent,
  all: Reservation[],
): Promise<Reservation[]> {
  const marked = await Promise.allSettled(
    all.map((one) => settleRequest(ports, parent, entryFor(one))),
  )
  const done = all.filter((_, i) => marked[i]?.status === 'fulfilled')
  const failed = all.filter((_, i) => marked[i]?.status === 'rejected')
  // Only now: a HEAD pruned before the mark, and a kill between, would make a repeat take a second
  // number.
  const pruned = await Promise.allSettled([
    done.length > 0 ? prune(ports.table, parent, done.map(entryFor)) : undefined,
  ])
  return pruned[0]?.status === 'rejected' ? all : failed
}

/**
 * After the commit (design 3.5): marks the requests as stored, drops their bodies, prunes their
 * HEADs. Answers the reservations for which that did not work; their records are returned to the
 * queue, for all of it is idempotent.
 */
export async function settle(ports: Ports, all: Reservation[]): Promise<Reservation[]> {
  const groups = Map.groupBy(all, (one) => parentKey(one.parent))
  const failed = await Promise.all(
    [...groups.values()].map((group) =>
      group[0] ? settleParent(ports, group[0].parent, group) : Promise.resolve([]),
    ),
  )
  return failed.flat()
}
