import type { Reservation } from '../protocol/model/reservation.ts'
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
