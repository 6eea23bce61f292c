import type { Queue } from '../ports/queue.ts'
import type { Head, HeadCaps } from '../table/head.ts'

/**
 * What accept, edit and sweep need to keep the queue from becoming deep. SQS looks for messages to
 * hand out among the first 120,000 of a FIFO queue. A group that has more of them than persist
 * takes (one chat that is flooded) keeps all groups behind it waiting. So from `deepQueue` messages
 * on, what is reserved under a crowded HEAD waits in the table instead, and the sweep sends it when
 * there is room. The rest is for the chats that are not crowded.
 */
export interface DepthPorts {
  queue: Queue
  caps: HeadCaps
  /** `deepQueue` of limits.ts; the simulation passes less. */
  deepQueue: number
}

/**
 * Whether more is reserved under a HEAD than persist settles in a second or so. Only such a parent
 * can make the queue deep alone, so nobody else pays for asking how deep it is.
 */
export const isCrowded = (head: Pick<Head, 'entries'>, caps: HeadCaps): boolean =>
  head.entries.length >= caps.soft

/**
 * How many messages are in the queue; 0 where it does not say so: whether it takes more is then
 * shown by sending.
 */
export const depthOrZero = (queue: Queue): Promise<number> => queue.depth().catch(() => 0)

/** Whether what was reserved under this HEAD is left to the sweep. */
export const isLeftToSweep = async (ports: DepthPorts, head: Head): Promise<boolean> =>
  isCrowded(head, ports.caps) && (await depthOrZero(ports.queue)) >= ports.deepQueue
