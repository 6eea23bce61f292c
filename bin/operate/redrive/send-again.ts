import { parentKey } from '../../../functions/protocol/model/parent.ts'
import type { Queue } from '../../../functions/protocol/ports/queue.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { readRequest, requestItemKey } from '../../../functions/protocol/table/request.ts'
import { queueMessageOf } from '../../../functions/protocol/write/enqueue.ts'
import { unpark } from '../../../functions/protocol/write/park.ts'
import type { Held } from './receive.ts'

/**
 * The lowest number first, of one number the oldest rev: as they were accepted. What is no envelope
 * comes last.
 */
export function heldInOrder(held: Held[]): Held[] {
  const rank = ({ reservation }: Held) => (reservation ? parentKey(reservation.parent) : '~')
  return held.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)]
    if (first !== second) return first < second ? -1 : 1
    const [x, y] = [a.reservation, b.reservation]
    return x && y ? x.number - y.number || x.rev - y.rev : a.at - b.at
  })
}

/** What the table knows of a message's request now. */
export async function stateOf(table: Table, { reservation }: Held): Promise<string> {
  if (!reservation) return 'not an envelope of this system'
  const item = await table.get(requestItemKey(reservation.rid))
  const request = item && readRequest(item)
  if (request?.rid !== reservation.rid)
    return 'no record of it: lost, or stored more than a day ago'
  if (request.stored) return 'stored since: it may be dropped'
  return request.parked === undefined ? 'to be sent again by itself' : `parked: ${request.parked}`
}

/**
 * Sends a message again. First its request is due, so that the sweep sends it should this fail. A
 * deduplication id of its own: SQS would drop one that it has seen within five minutes. Answers
 * false, and does nothing, where the message is no envelope: it would come back at once.
 * Idempotent, as all that persist does.
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
