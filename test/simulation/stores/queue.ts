import type { Delivery } from '../../../functions/persist/delivery.ts'
import type { QueueMessage } from '../../../functions/protocol/ports/queue.ts'
import type { World } from '../world/world.ts'

interface Held {
  id: string
  message: QueueMessage
  receives: number
  /** Not handed out before; a group with one in flight hands out nothing behind it. */
  visibleAt: number
  receipt: string
}

/**
 * SQS FIFO in memory: per group in the order of sending, at least once, deduplicated for five
 * minutes.
 */
export interface MemoryQueue {
  held: Held[]
  /** Among how many messages, the first ones, it looks for some to hand out. */
  shown: number
  send(message: QueueMessage): void
  receive(limit: number): Delivery[]
  remove(receipts: string[]): void
  postpone(receipt: string, seconds: number): void
  /** Called with a message that was acknowledged while one sent before it in its group was not. */
  outOfOrder: (message: QueueMessage) => void
  /** Called when something may have become receivable, or will be after `ms`. */
  wake: (ms: number) => void
}

const deduplicationMs = 5 * 60_000
const visibilityMs = 120_000

export function memoryQueue(world: World): MemoryQueue {
  const seen = new Map<string, number>()
  let count = 0
  const queue: MemoryQueue = {
    held: [],
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
    shown: 120_000,
    wake: () => undefined,
    outOfOrder: () => undefined,
    send(message) {
      // The queue's deduplication scope is the message group (lib/queues.ts).
      const name = `${message.group} ${message.deduplication}`
      const at = seen.get(name)
      if (at !== undefined && world.now - at < deduplicationMs) return
      seen.set(name, world.now)
      count += 1
      queue.held.push({ id: `m${count}`, message, receives: 0, visibleAt: 0, receipt: '' })
      queue.wake(0)
    },
    receive(limit) {
      const blocked = new Set<string>()
      const batch: Held[] = []
      for (const held of queue.held.slice(0, queue.shown)) {
        if (batch.length === limit) break
        if (blocked.has(held.message.group)) continue
        if (held.visibleAt > world.now) blocked.add(held.message.group)
        else batch.push(held)
      }
      return batch.map((held) => {
        held.receives += 1
        held.visibleAt = world.now + visibilityMs
        queue.wake(visibilityMs)
        held.receipt = `${held.id}/${held.receives}`
        return {
          messageId: held.id,
          receiptHandle: held.receipt,
          body: held.message.body,
          attributes: {
            MessageGroupId: held.message.group,
            ApproximateReceiveCount: String(held.receives),
          },
        }
      })
    },
    remove(receipts) {
      const gone = new Set(receipts)
      const held = new Set<string>()
      for (const one of queue.held) {
        if (!gone.has(one.receipt)) held.add(one.message.group)
        else if (held.has(one.message.group)) queue.outOfOrder(one.message)
      }
      queue.held = queue.held.filter((held) => !gone.has(held.receipt))
      if (queue.held.length > 0) queue.wake(0)
    },
    postpone(receipt, seconds) {
      const held = queue.held.find((one) => one.receipt === receipt)
      if (!held) return
      held.visibleAt = world.now + seconds * 1000
      queue.wake(seconds * 1000)
    },
  }
  return queue
}
