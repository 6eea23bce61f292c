import type { Reservation } from '../protocol/model/reservation.ts'
import type { Delivery } from './delivery.ts'
import { reasonOf } from './failures.ts'
import type { PersistPorts } from './ports.ts'

/** A batch of the queue while persist works on it. */
export interface Batch {
  /** Of each reservation its copies: the sweep has sent it again while it had to wait. */
  deliveries: Map<Reservation, Delivery[]>
  /** What is acknowledged. All else goes back to the queue, whatever happens. */
  done: Set<Delivery>
  /** Numbers: a request for a batch of messages has one for each. */
  stored: number
  /** Numbers, of requests that are then parked. */
  collisions: number
  /** Requests, however many copies of each the queue has delivered. */
  parked: number
  /** Deliveries that are no envelope of ours. */
  quarantined: number
}

/**
 * Runs a step of persist and logs it where it fails: the batch goes on. What the step has not added
 * to `done` is returned to the queue.
 */
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
