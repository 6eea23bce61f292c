import { kindBelow } from '../../kinds/kinds.ts'
import { lineOf, parentKey } from '../model/parent.ts'
import { type Reservation, selfOf } from '../model/reservation.ts'
import type { Log } from '../ports/log.ts'
import type { QueueMessage } from '../ports/queue.ts'
import type { Table } from '../ports/table.ts'
import type { Head } from '../table/head.ts'
import { type DepthPorts, isLeftToSweep } from './deep-queue.ts'
import { encode } from './envelope.ts'
import { payOwed } from './owed-heads.ts'

/** An accept waits this long for SQS, once. What it could not send is left to the sweep. */
const sendTimeoutMs = 800

/**
 * The message group, within which the queue keeps order: a chat with all its messages is one, an
 * application's own events are another.
 */
function groupOf(reservation: Reservation): string {
  const { parent } = reservation
  const { queueGroup } = kindBelow[parent.kind]
  const line = [selfOf(reservation), ...lineOf(parent)]
  return parentKey(line.find((one) => one?.kind === queueGroup) ?? parent)
}

/**
 * The queue message of a reservation. `sweep` is how often the sweep has sent it before: SQS would
 * drop a second message with the same deduplication id.
 */
export const queueMessageOf = (reservation: Reservation, sweep?: number): QueueMessage => ({
  group: groupOf(reservation),
  deduplication: sweep === undefined ? reservation.rid : `${reservation.rid}:s${sweep}`,
  body: encode(reservation),
})

/**
 * Step 4 of a create (docs/protocol.md#creating): what is owed is paid, then one attempt to send.
 * Neither may fail the request, for its number is given out; the sweep and persist pay and send
 * later. With two exceptions, which throw, for the 2xx would promise what is not true yet: a new
 * application is found by its HEAD alone (P5), and a delete must refuse creates below it (P10).
 * `head` is the image of the parent's HEAD: where it is crowded and the queue is deep, nothing is
 * sent, and the sweep does it when there is room.
 */
export async function enqueue(
  ports: DepthPorts & { table: Table; log: Log },
  reservation: Reservation,
  head: Head,
): Promise<void> {
  const mustBePaid = reservation.parent.kind === 'root' || reservation.act === 'delete'
  const paid = payOwed(ports.table, reservation)
  await (mustBePaid
    ? paid
    : paid.catch((cause) => leftToSweep(ports.log, 'owed', reservation, cause)))
  if (await isLeftToSweep(ports, head))
    return leftToSweep(ports.log, 'send', reservation, 'the queue is deep')
  await ports.queue
    .send(queueMessageOf(reservation), sendTimeoutMs)
    .catch((cause) => leftToSweep(ports.log, 'send', reservation, cause))
}

/** Logs what is left to the sweep: the REQ is due until persist has settled it. */
function leftToSweep(
  log: Log,
  step: 'owed' | 'send',
  reservation: Reservation,
  cause: unknown,
): void {
  const error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  log('left_to_sweep', {
    step,
    parent: parentKey(reservation.parent),
    number: reservation.number,
    rev: reservation.rev,
    error,
  })
}
