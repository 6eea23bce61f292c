import { parentKey } from '../protocol/model/parent.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Table } from '../protocol/ports/table.ts'
import { dueAgain } from '../protocol/table/due-writes.ts'
import { type DepthPorts, depthOrZero, isCrowded } from '../protocol/write/deep-queue.ts'
import type { DueHead, DueRequest } from './due.ts'

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

/** How many messages the queue has, as far as one run of the sweep knows; unset until it asks. */
export interface Depth {
  messages?: number
}

/**
 * While the queue is deep, holds back what is reserved under crowded HEADs (deep-queue.ts): it is
 * due again later, oldest first as ever. Returns the others, which are to be sent now.
 */
export async function holdBack(
  ports: HoldBackPorts,
  depth: Depth,
  due: DueRequest[],
  heads: DueHead[],
): Promise<DueRequest[]> {
  const crowded = new Set(
    heads.filter(({ head }) => isCrowded(head, ports.caps)).map(({ parent }) => parentKey(parent)),
  )
  const isOne = ({ request }: DueRequest) => crowded.has(parentKey(request.parent))
  const some = due.filter(isOne)
  if (some.length === 0) return due
  depth.messages ??= await depthOrZero(ports.queue)
  if (depth.messages < ports.deepQueue) {
    depth.messages += some.length
    return due
  }
  const later = ports.clock.now() + ports.holdBackMs
  await Promise.allSettled(
    some.map(({ request }) => ports.table.update(dueAgain(request.rid, later, false))),
  )
  return due.filter((one) => !isOne(one))
}
