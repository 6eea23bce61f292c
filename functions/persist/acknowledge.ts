import type { Reservation } from '../protocol/change.ts'
import { decode, EnvelopeError } from '../protocol/envelope.ts'
import { payOwed } from '../protocol/owed.ts'
import { park } from '../protocol/park.ts'
import { settle } from '../protocol/settle.ts'
import type { Delivery } from './delivery.ts'
import { reasonOf } from './failures.ts'
import type { PersistPorts } from './ports.ts'

/**
 * The batch while it is worked on. Whatever happens, a delivery that is not `done` goes back to the
 * queue.
 */
export interface Batch {
  /** Of each reservation its copies: what was sent again while it had to wait. */
  deliveries: Map<Reservation, Delivery[]>
  done: Set<Delivery>
  stored: number
  collisions: number
  parked: number
}

/** Runs `work`; where it fails its delivery stays undone, and so is returned. */
export async function attempt(
  ports: PersistPorts,
  step: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    ports.log('persist_failed', { step, error: reasonOf(error) })
  }
}

/**
 * The reservations of the deliveries, each once: ten copies of one would be settled beside each
 * other, and a key of the table takes only so many writes. What is no envelope of ours is put away:
 * it has no request that could be parked.
 */
export async function decodeAll(
  ports: PersistPorts,
  batch: Batch,
  records: Delivery[],
): Promise<Reservation[]> {
  const known = new Map<string, Delivery[]>()
  for (const record of records) {
    try {
      const reservation = decode(record.body)
      const { rid, rev, number } = reservation
      const name = `${rid} ${rev} ${number}`
      const copies = known.get(name)
      if (copies) {
        copies.push(record)
        continue
      }
      const first = [record]
      known.set(name, first)
      batch.deliveries.set(reservation, first)
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error
      await attempt(ports, 'quarantine', async () => {
        await ports.quarantine.put(record.body, error.message)
        batch.parked += 1
        batch.done.add(record)
      })
    }
  }
  return [...batch.deliveries.keys()]
}

/**
 * Parked before it is acknowledged: else the sweep would send it again for ever, and nobody would
 * see it.
 */
export async function parkOne(
  ports: PersistPorts,
  batch: Batch,
  reservation: Reservation,
  reason: string,
): Promise<void> {
  const deliveries = batch.deliveries.get(reservation) ?? []
  const [first] = deliveries
  if (!first) return
  await attempt(ports, 'park', async () => {
    await park(ports.table, reservation, reason)
    await ports.quarantine.put(first.body, reason)
    batch.parked += 1
    for (const delivery of deliveries) batch.done.add(delivery)
    const { parent, number, rev } = reservation
    ports.log('parked', { reason, parent: parent.kind, number, rev })
  })
}

/**
 * After the commit: what the reservations owe, then settle; only what both have done is
 * acknowledged.
 */
export async function settleAll(
  ports: PersistPorts,
  batch: Batch,
  stored: Reservation[],
): Promise<void> {
  const paid: Reservation[] = []
  await Promise.all(
    stored.map((reservation) =>
      attempt(ports, 'owed', async () => {
        await payOwed(ports.table, reservation)
        paid.push(reservation)
      }),
    ),
  )
  await attempt(ports, 'settle', async () => {
    const failed = new Set(await settle(ports, paid))
    for (const reservation of paid)
      if (!failed.has(reservation))
        for (const delivery of batch.deliveries.get(reservation) ?? []) batch.done.add(delivery)
  })
}
