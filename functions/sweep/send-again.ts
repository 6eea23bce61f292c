import type { Reservation } from '../protocol/model/reservation.ts'
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
/** A request with the reservation to send. */
type Reserved = DueRequest & { reservation: Reservation }

/**
 * When what was sent is due again. The queue keeps it for 14 days, and hands it out for 17 hours
 * before it is a dead letter; and in a long outage every further copy would have to be drained too.
 */
export const againMs = 6 * 60 * 60_000
/** SQS takes 10 messages at once; the queue's client sees to their bytes. */
const batchMessages = 10
/**
 * What is sent side by side: when a queue comes back many thousands wait for it. But no more than
 * these bytes of values (one request more may begin below them), for on its way each is in memory
 * several times: as a value, an envelope, and a request of the SDK.
 */
const round = { messages: 100, bytes: 1024 * 1024 }

const isReserved = (one: DueRequest): one is Reserved => one.reservation !== undefined

/** The requests in the rounds in which they are sent. */
function* roundsOf(all: Reserved[]): Generator<Reserved[]> {
  for (let at = 0; at < all.length; ) {
    let bytes = 0
    const length = all.slice(at, at + round.messages).findIndex(({ request }) => {
      const full = bytes > round.bytes
      bytes += Buffer.byteLength(request.values ?? '')
      return full
    })
    const some = all.slice(at, at + (length < 0 ? round.messages : length))
    yield some
    at += some.length
  }
}

const batchesOf = (all: Reserved[]): Sending[][] =>
  Array.from({ length: Math.ceil(all.length / batchMessages) }, (_, i) =>
    all.slice(i * batchMessages, (i + 1) * batchMessages).map((one) => ({
      due: one,
      message: queueMessageOf(one.reservation, one.request.sent),
    })),
  )

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

/** Sends what is reserved, round by round, while there is time and the queue answers. */
export async function sendAgain(
  ports: Ports,
  due: DueRequest[],
  inTime: () => boolean,
): Promise<SentAgain> {
  const resent: SentAgain = { sent: 0, refused: [], away: false }
  for (const some of roundsOf(due.filter(isReserved))) {
    if (!inTime() || resent.away) break
    const batches = batchesOf(some)
    const sends = batches.map((batch) => ports.queue.sendBatch(batch.map(({ message }) => message)))
    for (const [i, outcome] of (await Promise.allSettled(sends)).entries()) {
      const batch = batches[i] ?? []
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
