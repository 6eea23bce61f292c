import type { Queue } from '../../../functions/protocol/ports/queue.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { readRequest, requestItemKey } from '../../../functions/protocol/table/request.ts'
import { queueMessageOf } from '../../../functions/protocol/write/enqueue.ts'
import { unpark } from '../../../functions/protocol/write/park.ts'
import type { Held } from './held-messages.ts'

/** The state of a message's request in the table, in words. */
export async function stateOf(table: Table, { reservation }: Held): Promise<string> {
  if (!reservation) return 'not an envelope of this system'
  const item = await table.get(requestItemKey(reservation.rid))
  const request = item && readRequest(item)
  if (request?.rid !== reservation.rid)
    return 'no record of it: lost, or stored more than a day ago'
  if (request.stored) return 'stored since then: the message may be dropped'
  return request.parked === undefined ? 'the sweep will send it again' : `parked: ${request.parked}`
}

/**
 * Sends a message again. Before that its request is made due, so that the sweep sends it should
 * this fail. The deduplication id is a new one: SQS would drop one that it has seen within five
 * minutes. Returns false, and does nothing, when the message is no envelope, because it would come
 * back at once. May be repeated, as everything that persist does may be.
 */
export async function sendHeldAgain(
  ports: { table: Table; queue: Queue },
  { reservation, body }: Held,
  now: number,
): Promise<boolean> {
  if (!reservation) return false
  await unpark(ports.table, reservation.rid, now)
  const deduplication = `${reservation.rid}:r${now.toString(36)}`
  await ports.queue.send({ ...queueMessageOf(reservation), body, deduplication }, 5_000)
  return true
}
