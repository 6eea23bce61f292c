import { parentKey } from '../protocol/model/parent.ts'
import type { Log } from '../protocol/ports/log.ts'
import { dueAgain, postpone } from '../protocol/table/due-writes.ts'
import { moveOut } from '../protocol/write/move-out.ts'
import { payOwed } from '../protocol/write/owed-heads.ts'
import { type DueHead, type DuePage, type DueRequest, readDue } from './due.ts'
import { dueKeys } from './due-keys.ts'
import { giveUpIfOld } from './give-up.ts'
import { type Depth, type HoldBackPorts, holdBack } from './hold-back.ts'
import { sendAgain } from './send-again.ts'
import { forEach, noteFailed, type Swept } from './swept.ts'

export interface SweepPorts extends HoldBackPorts {
  log: Log
  /** How long a request is remembered that was given up. */
  keptMs: number
}

/**
 * What is not done is due again by the next sweep: a late call may have reserved it for a sender
 * that was killed, and then it should not wait for long.
 */
const againMs = 50_000
/** What cannot be read needs a person, or the next deploy. */
const unreadableMs = 60 * 60_000
/**
 * So many REQs are worked on at once: twice as many each time while their values are small, and the
 * fewest again once they were `bytes` or more. Of the largest that are accepted 10 have 2.3 MB and
 * 100, which are read once at most, 23 MB. With these the process grew to 280 MiB; with pages of
 * 400, each read twice, to 446, and with a heap of 96 MiB it ended.
 */
const page = { fewest: 10, most: 100, bytes: 1024 * 1024 }

/** How many are worked on next, after `count` that had values of so many bytes. */
const nextPage = (count: number, bytes: number): number =>
  bytes >= page.bytes ? page.fewest : Math.min(2 * count, page.most)
/** Kept back at the end of the invocation. */
const marginMs = 8_000

/**
 * Sends again what was accepted and has not arrived in its time, because its send was lost or the
 * queue was away (docs/protocol.md#sweeping). Works through what is due by `until` (ms since 1970;
 * by default now), oldest first, until nothing is, the queue is away, or `msLeft` (ms) is used up.
 * All of it may be done twice: persist is idempotent, and the deduplication id counts the sends.
 * One thing that fails keeps no other waiting. Throws only when the index or a page cannot be read.
 */
export async function sweep(
  ports: SweepPorts,
  msLeft: () => number,
  until?: number,
): Promise<Swept> {
  const swept: Swept = { due: 0, sent: 0, held: 0, failed: 0, expired: 0, away: false }
  const inTime = () => msLeft() > marginMs
  const limit = until ?? ports.clock.now()
  // Where `until` lies ahead, what is due again soon would come up a second time.
  const seen = new Set<string>()
  let most = page.fewest
  const depth: Depth = {}
  for await (const keys of dueKeys(ports.table, limit, () => most)) {
    if (!inTime()) break
    const fresh = keys.filter(({ pk }) => !seen.has(pk))
    for (const { pk } of fresh) seen.add(pk)
    const read = await readDue(ports.table, fresh, limit)
    most = nextPage(most, bytesOf(read))
    await sweepPage(ports, swept, depth, read, inTime)
    if (swept.away) break
  }
  return swept
}

const bytesOf = ({ due }: DuePage): number =>
  due.reduce((sum, { request }) => sum + (request.values?.length ?? 0), 0)

async function sweepPage(
  ports: SweepPorts,
  swept: Swept,
  depth: Depth,
  { due, heads, unreadable }: DuePage,
  inTime: () => boolean,
): Promise<void> {
  const { log } = ports
  swept.due += due.length
  await postponeUnreadable(ports, swept, unreadable)
  const rids = new Set(due.map(({ request }) => request.rid))
  await forEach(log, swept, 'move out', heads, (head) => moveOldOut(ports, head, rids))
  const unreserved = due.filter(({ reservation }) => reservation === undefined)
  await forEach(log, swept, 'give up', unreserved, async ({ request }) => {
    if (await giveUpIfOld(ports, request, againMs)) swept.expired += 1
  })
  const reserved = due.filter(({ reservation }) => reservation !== undefined)
  const now = await holdBack(ports, depth, swept, reserved, heads)
  await sendReserved(ports, swept, now, inTime)
}

async function postponeUnreadable(
  { table, clock, log }: SweepPorts,
  swept: Swept,
  unreadable: DuePage['unreadable'],
): Promise<void> {
  for (const { key, cause } of unreadable) {
    noteFailed(log, swept, 'read', key.pk, cause)
    await Promise.allSettled([table.update(postpone(key, clock.now() + unreadableMs))])
  }
}

/**
 * Above the soft cap what is due moves out of the HEAD, as creates and edits do (makeRoom). No more
 * than that: a HEAD at its soft cap tells that its parent is crowded (deep-queue.ts).
 */
async function moveOldOut(
  { table, caps }: SweepPorts,
  { parent, head }: DueHead,
  due: ReadonlySet<string>,
): Promise<void> {
  const above = head.entries.length - caps.soft
  if (above <= 0) return
  const old = head.entries.filter((entry) => due.has(entry.rid))
  await moveOut(table, parent, old.slice(0, above))
}

/** What it owes is paid first; what could not be paid or sent is due again soon. */
async function sendReserved(
  ports: SweepPorts,
  swept: Swept,
  reserved: DueRequest[],
  inTime: () => boolean,
): Promise<void> {
  const { table, clock, log } = ports
  const unpaid = await forEach(log, swept, 'pay', reserved, async ({ reservation }) => {
    if (reservation) await payOwed(table, reservation)
  })
  const paid = reserved.filter((one) => !unpaid.has(one))
  const { sent, refused, away } = await sendAgain(ports, paid, inTime)
  swept.sent += sent
  swept.away = away
  for (const { request } of refused)
    noteFailed(log, swept, 'send', parentKey(request.parent), 'refused by the queue')
  const later = clock.now() + againMs
  await Promise.allSettled(
    [...unpaid, ...refused].map(({ request }) => table.update(dueAgain(request.rid, later, false))),
  )
}
