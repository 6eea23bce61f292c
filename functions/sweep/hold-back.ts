import { parentKey } from '../protocol/model/parent.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Table } from '../protocol/ports/table.ts'
import { dueAgain } from '../protocol/table/due-writes.ts'
import { type DepthPorts, depthOrZero, isCrowded } from '../protocol/write/deep-queue.ts'
import type { DueHead, DueRequest } from './due.ts'
import type { Swept } from './swept.ts'

export interface HoldBackPorts extends DepthPorts {
  table: Table
  clock: Clock
  /** `holdBackMs`; the simulation passes less. */
  holdBackMs: number
}

/**
 * When what is held back is due again. Persist takes about 100 messages a second of one chat, so
 * the queue is not empty before.
 */
export const holdBackMs = 5 * 60_000
/**
 * Of so many each is due again after `holdBackMs`, of the next so many after twice as long, and so
 * on, an hour at most. Otherwise the whole of a large backlog would be read and written again every
 * 5 minutes, and a write is charged by all that a request holds.
 */
const heldTogether = 10_000
const mostHoldBackMs = 60 * 60_000
/** How long a run takes a queue for deep before it asks again: clients/sqs.ts knows it as long. */
const askAgainMs = 10_000

/** What one run of the sweep knows of a deep queue. */
export interface Depth {
  /** How many messages the queue has, and when it was asked (ms); unset until it is. */
  queue?: { messages: number; askedAt: number }
}

/**
 * While the queue is deep, holds back what is reserved under crowded HEADs (deep-queue.ts): it is
 * due again later, oldest first as ever, and the later the more the run has held back. Counts it,
 * and returns the others, which are to be sent now.
 */
export async function holdBack(
  ports: HoldBackPorts,
  depth: Depth,
  swept: Pick<Swept, 'held'>,
  due: DueRequest[],
  heads: DueHead[],
): Promise<DueRequest[]> {
  const crowded = new Set(
    heads.filter(({ head }) => isCrowded(head, ports.caps)).map(({ parent }) => parentKey(parent)),
  )
  const isOne = ({ request }: DueRequest) => crowded.has(parentKey(request.parent))
  const some = due.filter(isOne)
  if (some.length === 0) return due
  const now = ports.clock.now()
  const { queue: known } = depth
  // A deep one is asked again: persist may store 50,000 messages during one run.
  const old = known && known.messages >= ports.deepQueue && now - known.askedAt >= askAgainMs
  const queue = !known || old ? { messages: await depthOrZero(ports.queue), askedAt: now } : known
  depth.queue = queue
  if (queue.messages < ports.deepQueue) {
    queue.messages += some.length
    return due
  }
  const holdMs = ports.holdBackMs * (1 + Math.floor(swept.held / heldTogether))
  const later = now + Math.min(holdMs, mostHoldBackMs)
  swept.held += some.length
  await Promise.allSettled(
    some.map(({ request }) => ports.table.update(dueAgain(request.rid, later, false))),
  )
  return due.filter((one) => !isOne(one))
}
