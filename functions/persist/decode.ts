import type { Reservation } from '../protocol/model/reservation.ts'
import { decode, EnvelopeError } from '../protocol/write/envelope.ts'
import { attempt, type Batch } from './batch.ts'
import type { Delivery } from './delivery.ts'
import type { PersistPorts } from './ports.ts'

/**
 * The reservations of the deliveries, each once: ten copies of one would be settled beside each
 * other, and a key of the table takes only so many writes. What is no envelope of ours goes to
 * quarantine and is done; it has no request that could be parked.
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
        batch.quarantined += 1
        batch.done.add(record)
        ports.log('quarantined', { reason: error.message, message: record.messageId })
      })
    }
  }
  return [...batch.deliveries.keys()]
}
