import { changesOf } from '../protocol/model/reservation.ts'
import { attempt, type Batch } from './batch.ts'
import { decodeAll } from './decode.ts'
import { type Delivery, retriesOf, returnedOf } from './delivery.ts'
import { indexChanges } from './index-changes.ts'
import { outcomesOf } from './outcomes.ts'
import { parkOne } from './park.ts'
import type { PersistPorts } from './ports.ts'
import { settleAll } from './settle.ts'
import { storeAll } from './store-all.ts'

/** Kept back at the end of the invocation, to return what is not done. */
const marginMs = 5_000

/** All of persist's work on a batch; what it has not done when it ends is returned. */
async function work(
  ports: PersistPorts,
  batch: Batch,
  records: Delivery[],
  late: () => boolean,
): Promise<void> {
  const reservations = await decodeAll(ports, batch, records)
  const of = new Map(
    reservations.flatMap((one) => changesOf(one).map((change) => [change, one] as const)),
  )
  const outcome = await storeAll(ports.store, [...of.keys()], late)
  const { later, collided } = outcome
  batch.stored += outcome.stored.length
  batch.collisions += collided.length
  if (later[0])
    ports.log('persist_failed', { step: 'store', error: later[0].reason, changes: later.length })
  if (late()) return
  const { stored, parked } = outcomesOf(of, outcome)
  await Promise.all([
    settleAll(ports, batch, stored),
    attempt(ports, 'index', () => indexChanges(ports, outcome.stored)),
    ...parked.map(({ reservation, reason }) => parkOne(ports, batch, reservation, reason)),
  ])
}

/**
 * Resolves with the work, or when its time is up. Then its connection is destroyed, so that nothing
 * of it runs on beside the next invocation.
 */
async function untilLate(ports: PersistPorts, ms: number, running: Promise<void>): Promise<void> {
  const timeUp = Promise.withResolvers<void>()
  const cancel = ports.clock.after(ms, () => {
    ports.store.renew()
    timeUp.resolve()
  })
  await Promise.race([running, timeUp.promise])
  cancel()
}

/**
 * Brings a batch from the queue to MySQL and to the index, and settles it
 * (docs/protocol.md#persist). `remainingMs` is how long the function still has before it is killed.
 * Returns what goes back to the queue, as a partial batch response: all that is not done 5 s before
 * then. Never rejects, whatever fails.
 */
export async function persist(
  ports: PersistPorts,
  records: Delivery[],
  remainingMs: () => number,
): Promise<{ itemIdentifier: string }[]> {
  const started = ports.clock.now()
  const batch: Batch = {
    deliveries: new Map(),
    done: new Set(),
    stored: 0,
    collisions: 0,
    parked: 0,
    quarantined: 0,
  }
  const late = () => remainingMs() <= marginMs
  const running = attempt(ports, 'batch', () => work(ports, batch, records, late))
  await untilLate(ports, Math.max(0, remainingMs() - marginMs), running)
  const returned = returnedOf(records, batch.done)
  // If this fails the queue's own visibility timeout holds: it comes later, and is not lost.
  if (returned.length > 0)
    await attempt(ports, 'visibility', () => ports.visibility.retryIn(retriesOf(returned)))
  const { stored, collisions, parked, quarantined } = batch
  ports.count({
    Stored: stored,
    Collisions: collisions,
    Parked: parked,
    Quarantined: quarantined,
    Returned: returned.length,
  })
  const ms = ports.clock.now() - started
  ports.log('persisted', {
    messages: records.length,
    stored,
    returned: returned.length,
    parked,
    quarantined,
    ms,
  })
  return returned.map(({ messageId }) => ({ itemIdentifier: messageId }))
}
