import { toMessage } from '../protocol/enqueue.ts'
import { entriesOf, type Head, headEntries } from '../protocol/head.ts'
import { payOwed } from '../protocol/owed.ts'
import type { Parent } from '../protocol/parent.ts'
import type { Clock, Log, Queue, QueueMessage, Table } from '../protocol/ports.ts'
import type { Request } from '../protocol/request.ts'
import { dueAgain, expireRequest, firstDueMs } from '../protocol/transitions.ts'
import { moveOut } from '../protocol/waiting.ts'
import { type Due, dueKeys, readDue } from './due.ts'

export interface SweepPorts {
  table: Table
  queue: Queue
  clock: Clock
  log: Log
}
export interface Swept {
  /** REQs that were due. */
  due: number
  sent: number
  /** Left due, for the queue did not take them. */
  refused: number
  /** Never reserved, and older than any late call: they expire. */
  expired: number
}

/** A call that was lost on its way may still arrive: DynamoDB itself drops requests signed 15 minutes ago. */
const lateCallMs = 15 * 60_000
/** Re-sends become rare, but never stop: SQS forgets after 14 days. */
const longestMs = 6 * 60 * 60_000
/** REQs worked on at once, and the milliseconds kept back for ending. */
const atOnce = 200
const reserveMs = 8_000

/** SQS takes 10 messages and 256 KiB at once. */
function batches(due: Due[]): { due: Due; message: QueueMessage }[][] {
  const all: { due: Due; message: QueueMessage }[][] = [[]]
  let bytes = 0
  for (const one of due) {
    if (!one.reservation) continue
    const message = toMessage(one.reservation, one.request.sent)
    const size = Buffer.byteLength(message.body)
    const last = all.at(-1)
    if (last && last.length < 10 && bytes + size <= 200_000) {
      last.push({ due: one, message })
      bytes += size
    } else {
      all.push([{ due: one, message }])
      bytes = size
    }
  }
  return all.filter((batch) => batch.length > 0)
}

/** Sends one batch; what was taken is due again later, each time 4x. Answers how many the queue refused. */
async function resend(ports: SweepPorts, batch: { due: Due; message: QueueMessage }[]): Promise<number> {
  const [sent] = await Promise.allSettled([ports.queue.sendBatch(batch.map(({ message }) => message))])
  if (sent.status === 'rejected') {
    ports.log('sweep-refused', { messages: batch.length, error: String(sent.reason) })
    return batch.length
  }
  const taken = batch.filter((_, i) => sent.value[i])
  const now = ports.clock.now()
  await Promise.all(
    taken.map(({ due: { request } }) => {
      const wait = Math.min(firstDueMs * 4 ** (request.sent + 1), longestMs)
      return ports.table.update(dueAgain(request.rid, now + wait, true))
    }),
  )
  return batch.length - taken.length
}

/** Not reserved: a late call may still reserve it, so it is looked at again; when none can come any more it expires. */
async function letGo(ports: SweepPorts, request: Request): Promise<number> {
  const since = Math.max(Date.parse(request.created_at), request.touched ?? 0)
  const now = ports.clock.now()
  if (now - since >= lateCallMs) return (await ports.table.update(expireRequest(request, now))).done ? 1 : 0
  await ports.table.update(dueAgain(request.rid, since + lateCallMs, false))
  return 0
}

/** Old entries of a HEAD that has grown: moved out, as accepts do it two by two. */
const makeRoom = (table: Table, [parent, head]: [Parent, Head], due: Set<string>): Promise<void> => {
  const entries = entriesOf(head)
  if (entries.length <= headEntries.soft) return Promise.resolve()
  return moveOut(
    table,
    parent,
    entries.filter((entry) => due.has(entry.rid)),
  )
}

/**
 * Sends again what was accepted and has not arrived in its time: the send was lost, or the queue was away. Works
 * through what is due, oldest first, until nothing is, the queue refuses, or `msLeft` (milliseconds) is used up.
 * Everything it does may be done twice: persist is idempotent, and the deduplication id counts the sends.
 */
export async function sweep(ports: SweepPorts, msLeft: () => number): Promise<Swept> {
  const swept: Swept = { due: 0, sent: 0, refused: 0, expired: 0 }
  while (msLeft() > reserveMs && swept.refused === 0) {
    const now = ports.clock.now()
    const keys = await dueKeys(ports.table, now, atOnce)
    if (keys.length === 0) break
    const { due, heads } = await readDue(ports.table, keys, now)
    if (due.length === 0) break
    swept.due += due.length
    const rids = new Set(due.map(({ request }) => request.rid))
    await Promise.all(heads.map((head) => makeRoom(ports.table, head, rids)))
    const unreserved = due.filter(({ reservation }) => reservation === undefined)
    for (const { request } of unreserved) swept.expired += await letGo(ports, request)
    const reserved = due.filter(({ reservation }) => reservation !== undefined)
    await Promise.all(reserved.map(({ reservation }) => reservation && payOwed(ports.table, reservation)))
    for (const batch of batches(reserved)) {
      const refused = await resend(ports, batch)
      swept.refused += refused
      swept.sent += batch.length - refused
    }
  }
  return swept
}
