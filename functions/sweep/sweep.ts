import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Queue } from '../protocol/ports/queue.ts'
import type { Table } from '../protocol/ports/table.ts'
import { dueAgain, expireRequest, postpone } from '../protocol/table/due-writes.ts'
import type { Head, HeadCaps } from '../protocol/table/head.ts'
import type { Request } from '../protocol/table/request.ts'
import { moveOut } from '../protocol/write/move-out.ts'
import { payOwed } from '../protocol/write/owed-heads.ts'
import { type DuePage, type DueRequest, dueKeys, readDue } from './due.ts'
import { sendAgain } from './send-again.ts'

export interface SweepPorts {
  table: Table
  queue: Queue
  clock: Clock
  log: Log
  caps: HeadCaps
  /** How long a request is remembered that was given up. */
  keptMs: number
}
export interface Swept {
  /** REQs that were due. */
  due: number
  sent: number
  /**
   * Not taken by the queue, not readable, or failed on the way: looked at again soon, the others
   * went on.
   */
  failed: number
  /** Never reserved, and older than any late call: they expire. */
  expired: number
  /** The queue did not answer: what is due stays so. */
  away: boolean
}

/**
 * A call that was lost on its way may still arrive: DynamoDB itself drops requests signed 15
 * minutes ago.
 */
const lateCallMs = 15 * 60_000
/**
 * By the next sweep: what a late call reserved, for a sender that was killed, should not wait for
 * long.
 */
const againMs = 50_000
/** What cannot be read needs a person, or the deploy after this one. */
const unreadableMs = 60 * 60_000
/** REQs worked on at once, and the milliseconds kept back for ending. */
const atOnce = 400
const marginMs = 8_000

/**
 * Sends again what was accepted and has not arrived in its time: the send was lost, or the queue
 * was away. Works through what is due by `until` (ms; now, when untold), oldest first, until
 * nothing is, the queue is away, or `msLeft` (milliseconds) is used up. Everything it does may be
 * done twice: persist is idempotent, and the deduplication id counts the sends. One thing that
 * fails keeps no other waiting. Throws only what reading the index or a page throws.
 */
export async function sweep(
  ports: SweepPorts,
  msLeft: () => number,
  until?: number,
): Promise<Swept> {
  const swept: Swept = { due: 0, sent: 0, failed: 0, expired: 0, away: false }
  const inTime = () => msLeft() > marginMs
  const limit = until ?? ports.clock.now()
  // What is looked at again soon comes up a second time where `until` lies ahead.
  const seen = new Set<string>()
  for await (const keys of dueKeys(ports.table, limit, atOnce)) {
    if (!inTime()) break
    const fresh = keys.filter(({ pk }) => !seen.has(pk))
    for (const { pk } of fresh) seen.add(pk)
    await sweepPage(ports, swept, await readDue(ports.table, fresh, limit), inTime)
    if (swept.away) break
  }
  return swept
}

async function sweepPage(
  ports: SweepPorts,
  swept: Swept,
  page: DuePage,
  inTime: () => boolean,
): Promise<void> {
  const { due, heads, unreadable } = page
  swept.due += due.length
  for (const { key, cause } of unreadable) {
    fail(ports, swept, 'read', key.pk, cause)
    await Promise.allSettled([ports.table.update(postpone(key, ports.clock.now() + unreadableMs))])
  }
  const rids = new Set(due.map(({ request }) => request.rid))
  await each(ports, swept, 'move out', heads, (head) => makeRoom(ports, head, rids))
  const unreserved = due.filter(({ reservation }) => reservation === undefined)
  await each(ports, swept, 'let go', unreserved, async ({ request }) => {
    swept.expired += await letGo(ports, request)
  })
  const reserved = due.filter(({ reservation }) => reservation !== undefined)
  const unpaid = await each(ports, swept, 'pay', reserved, async ({ reservation }) => {
    if (reservation) await payOwed(ports.table, reservation)
  })
  const { sent, refused, away } = await sendAgain(
    ports,
    reserved.filter((one) => !unpaid.has(one)),
    inTime,
  )
  swept.sent += sent
  swept.away = away
  for (const { request } of refused)
    fail(ports, swept, 'send', parentKey(request.parent), 'refused by the queue')
  const again = [...unpaid, ...refused]
  const later = ports.clock.now() + againMs
  await Promise.allSettled(
    again.map(({ request }) => ports.table.update(dueAgain(request.rid, later, false))),
  )
}

function fail(
  { log }: SweepPorts,
  swept: Swept,
  step: string,
  where: string,
  cause: unknown,
): void {
  swept.failed += 1
  log('sweep_failed', { step, where, error: String(cause) })
}

/**
 * Does `work` for each, whatever becomes of the others; answers those for which it failed, which
 * are logged.
 */
async function each<T extends DueRequest | [Parent, Head]>(
  ports: SweepPorts,
  swept: Swept,
  step: string,
  all: T[],
  work: (one: T) => Promise<void>,
): Promise<Set<T>> {
  const outcomes = await Promise.allSettled(all.map(work))
  const failed = new Set<T>()
  for (const [i, one] of all.entries()) {
    const outcome = outcomes[i]
    if (outcome?.status !== 'rejected') continue
    failed.add(one)
    fail(
      ports,
      swept,
      step,
      parentKey('request' in one ? one.request.parent : one[0]),
      outcome.reason,
    )
  }
  return failed
}

/**
 * Not reserved: a late call may still reserve it, so every sweep looks again; when none can come
 * any more it expires.
 */
async function letGo(ports: SweepPorts, request: Request): Promise<number> {
  const since = Math.max(Date.parse(request.created_at), request.touched ?? 0)
  const now = ports.clock.now()
  if (now - since >= lateCallMs)
    return (await ports.table.update(expireRequest(request, now + ports.keptMs))).done ? 1 : 0
  await ports.table.update(dueAgain(request.rid, now + againMs, false))
  return 0
}

/** Old entries of a HEAD that has grown: moved out, as accepts do it two by two. */
const makeRoom = (
  { table, caps }: SweepPorts,
  [parent, head]: [Parent, Head],
  due: Set<string>,
): Promise<void> => {
  const entries = head.entries
  if (entries.length <= caps.soft) return Promise.resolve()
  const old = entries.filter((entry) => due.has(entry.rid))
  return moveOut(table, parent, old)
}
