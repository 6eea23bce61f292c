import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Queue, QueueMessage } from '../protocol/ports/queue.ts'
import type { Table } from '../protocol/ports/table.ts'
import { dueAgain } from '../protocol/table/due-writes.ts'
import { queueMessageOf } from '../protocol/write/enqueue.ts'
import type { DueRequest } from './due.ts'

interface Ports {
  table: Table
  queue: Queue
  clock: Clock
  log: Log
}
interface Sending {
  due: DueRequest
  message: QueueMessage
}

/**
 * When what was sent is due again. The queue keeps it for 14 days, and hands it out for 17 hours
 * before it is a dead letter; and in a long outage every further copy would have to be drained too.
 */
export const againMs = 6 * 60 * 60_000
/** SQS takes 10 messages at once; the queue's client sees to their bytes. */
const batchMessages = 10
/** Batches that are sent side by side: when a queue comes back many thousands wait for it. */
const parallel = 10

function batchesOf(due: DueRequest[]): Sending[][] {
  const all = due.flatMap((one): Sending[] =>
    one.reservation
      ? [{ due: one, message: queueMessageOf(one.reservation, one.request.sent) }]
      : [],
  )
  const batches = Math.ceil(all.length / batchMessages)
  return Array.from({ length: batches }, (_, i) =>
    all.slice(i * batchMessages, (i + 1) * batchMessages),
  )
}

/** What was taken is due again, but much later. */
async function note({ table, clock }: Ports, taken: Sending[]): Promise<void> {
  const now = clock.now()
  const writes = taken.map(({ due: { request } }) =>
    table.update(dueAgain(request.rid, now + againMs, true)),
  )
  // What fails here stays due and is sent once more; persist takes it for a copy.
  await Promise.allSettled(writes)
}

/** What became of what was to be sent. `away`: the queue did not answer, and no more was tried. */
export interface SentAgain {
  sent: number
  refused: DueRequest[]
  away: boolean
}

/** Sends what is reserved, batches side by side, while there is time and the queue answers. */
export async function sendAgain(
  ports: Ports,
  due: DueRequest[],
  inTime: () => boolean,
): Promise<SentAgain> {
  const resent: SentAgain = { sent: 0, refused: [], away: false }
  const batches = batchesOf(due)
  for (let at = 0; at < batches.length && inTime() && !resent.away; at += parallel) {
    const round = batches.slice(at, at + parallel)
    const sends = round.map((batch) => ports.queue.sendBatch(batch.map(({ message }) => message)))
    for (const [i, outcome] of (await Promise.allSettled(sends)).entries()) {
      const batch = round[i] ?? []
      if (outcome.status === 'rejected') {
        ports.log('queue_away', { messages: batch.length, error: String(outcome.reason) })
        resent.away = true
        continue
      }
      const taken = batch.filter((_, n) => outcome.value[n])
      resent.sent += taken.length
      resent.refused.push(...batch.filter((_, n) => !outcome.value[n]).map((one) => one.due))
      await note(ports, taken)
    }
  }
  return resent
}
