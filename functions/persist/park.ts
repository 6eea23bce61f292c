import { parentKey } from '../protocol/model/parent.ts'
import type { Reservation } from '../protocol/model/reservation.ts'
import { park } from '../protocol/write/park.ts'
import { attempt, type Batch } from './batch.ts'
import type { PersistPorts } from './ports.ts'

/**
 * Parks a reservation that can never be stored, and puts its envelope into quarantine. Only then it
 * is acknowledged: otherwise the sweep would send it again for ever, or no person would see it.
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
    ports.log('parked', { reason, parent: parentKey(parent), number, rev })
  })
}
