import type { Reservation } from '../protocol/model/reservation.ts'
import { payOwed } from '../protocol/write/owed-heads.ts'
import { settle } from '../protocol/write/settle.ts'
import { attempt, type Batch } from './batch.ts'
import { reasonOf } from './failures.ts'
import type { PersistPorts } from './ports.ts'

/**
 * After the commit: pays what the reservations owe, then settles what was paid. Only what was
 * settled is acknowledged.
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
    const unsettled = await settle(ports, paid)
    const failed = new Set(unsettled.map(({ reservation }) => reservation))
    for (const reservation of paid)
      if (!failed.has(reservation))
        for (const delivery of batch.deliveries.get(reservation) ?? []) batch.done.add(delivery)
    // The others were settled. What failed is returned, and logged with the first one's error.
    const [first] = unsettled
    if (first) {
      const error = reasonOf(first.cause)
      ports.log('persist_failed', { step: 'settle', error, requests: failed.size })
    }
  })
}
