import { type Change, changesOf, type Reservation } from '../protocol/model/reservation.ts'
import { collision } from '../protocol/table/request.ts'
import { attempt, type Batch } from './batch.ts'
import { decodeAll } from './decode.ts'
import { type Delivery, retriesOf, returnedOf } from './delivery.ts'
import { indexChanges } from './index-changes.ts'
import { parkOne } from './park.ts'
import type { PersistPorts } from './ports.ts'
import { settleAll } from './settle.ts'
import { type StoreOutcome, storeAll } from './store-all.ts'

/** What is left for returning what is not done. */
const marginMs = 5_000

/**
 * What becomes of a reservation by what became of its changes: the worst that happened to one of
 * them.
 */
function judge(reservations: Reservation[], outcome: StoreOutcome, of: Map<Change, Reservation>) {
  const reasons = new Map<Reservation, string>()
  for (const { change, reason } of outcome.refused) reasons.set(of.get(change) ?? never(), reason)
  for (const change of outcome.collided) reasons.set(of.get(change) ?? never(), collision)
  const later = new Set(outcome.later.map(({ change }) => of.get(change)))
  const parked = reservations.filter((one) => reasons.has(one) && !later.has(one))
  const stored = reservations.filter((one) => !reasons.has(one) && !later.has(one))
  return {
    stored,
    parked: parked.map((reservation) => ({ reservation, reason: reasons.get(reservation) ?? '' })),
  }
}
const never = (): never => {
  throw new Error('a change of no reservation')
}

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
  const { stored, parked } = judge(reservations, outcome, of)
  await Promise.all([
    settleAll(ports, batch, stored),
    attempt(ports, 'index', () => indexChanges(ports, outcome.stored)),
    ...parked.map(({ reservation, reason }) => parkOne(ports, batch, reservation, reason)),
  ])
}

/**
 * Resolves with the work, or when the time is up; then its connection goes, so that nothing of it
 * runs on.
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
 * Brings a batch from the queue to MySQL, to the index, and settles it. Answers what is returned to
 * the queue, in the shape of a partial batch response. Never rejects, whatever fails; returns what
 * is not done 5 s before `remainingMs` (milliseconds until the function is killed) is over.
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
  }
  const late = () => remainingMs() <= marginMs
  const running = attempt(ports, 'batch', () => work(ports, batch, records, late))
  await untilLate(ports, Math.max(0, remainingMs() - marginMs), running)
  const returned = returnedOf(records, batch.done)
  // Without it the queue's own visibility timeout holds: later, but not lost.
  if (returned.length > 0)
    await attempt(ports, 'visibility', () => ports.visibility.retryIn(retriesOf(returned)))
  const { stored, collisions, parked } = batch
  ports.count({ Stored: stored, Collisions: collisions, Parked: parked, Returned: returned.length })
  const ms = ports.clock.now() - started
  ports.log('persisted', {
    messages: records.length,
    stored,
    returned: returned.length,
    parked,
    ms,
  })
  return returned.map(({ messageId }) => ({ itemIdentifier: messageId }))
}
