import { appKey } from '../model/app-key.ts'
import { applicationParent, chatParent, parentKey } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Log } from '../ports/log.ts'
import type { Queue, QueueMessage } from '../ports/queue.ts'
import type { Table } from '../ports/table.ts'
import { encode } from './envelope.ts'
import { payOwed } from './owed-heads.ts'

/** An accept waits this long for SQS, once: the sweep sends what this did not. */
const sendTimeoutMs = 800

/**
 * Persist works through a group in order: a chat and all its messages are one, an application's own
 * events another.
 */
function groupOf({ parent, number, values: [value] }: Reservation): string {
  if (parent.kind === 'chat') return parentKey(parent)
  if (parent.kind === 'application') return parentKey(chatParent(parent.app, number))
  return value && 'token' in value ? parentKey(applicationParent(appKey(value.token))) : 'root'
}

/**
 * The queue message of a reservation; `sweep` counts the sweep's sends: SQS would drop a repeat
 * with the same id.
 */
export const queueMessageOf = (reservation: Reservation, sweep?: number): QueueMessage => ({
  group: groupOf(reservation),
  deduplication: sweep === undefined ? reservation.rid : `${reservation.rid}:s${sweep}`,
  body: encode(reservation),
})

/**
 * Step 4: what is owed, then one attempt at the queue. Neither may fail the request, for its number
 * is given out: the sweep and persist pay and send later. Except for what only this can make true
 * now: a new application is found by its HEAD alone, and a delete must refuse creates below at once
 * (P5, P10); these throw.
 */
export async function enqueue(
  ports: { table: Table; queue: Queue; log: Log },
  reservation: Reservation,
): Promise<void> {
  const binding = reservation.parent.kind === 'root' || reservation.act === 'delete'
  const paid = payOwed(ports.table, reservation)
  await (binding ? paid : paid.catch((cause) => late(ports.log, 'owed', reservation, cause)))
  await ports.queue
    .send(queueMessageOf(reservation), sendTimeoutMs)
    .catch((cause) => late(ports.log, 'send', reservation, cause))
}

/** Not swallowed but left to the sweep: the REQ is due until persist has settled it. */
function late(log: Log, step: 'owed' | 'send', reservation: Reservation, cause: unknown): void {
  const error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  log('left_to_sweep', {
    step,
    parent: parentKey(reservation.parent),
    number: reservation.number,
    rev: reservation.rev,
    error,
  })
}
