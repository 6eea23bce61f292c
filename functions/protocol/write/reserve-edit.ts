import type { Value, ValueOf } from '../../kinds/kinds.ts'
import { type Problem, unavailable } from '../../problems/problem.ts'
import { type Entry, ownNumber } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Act, Reservation } from '../model/reservation.ts'
import type { Known, Row } from '../model/row.ts'
import type { Clock, Timer } from '../ports/clock.ts'
import { expireRequest } from '../table/due-writes.ts'
import { type Head, lastEditOf, readHead } from '../table/head.ts'
import { raiseOwn, reserveTarget } from '../table/head-writes.ts'
import { putRequest } from '../table/request-writes.ts'
import { makeRoom } from './make-room.ts'
import { blockedBy, goneOf } from './parent-head.ts'
import { ownEntry, type ReservePorts, tooManyAtOnce } from './take-number.ts'

/** What is edited, as it was read. */
export interface EditTarget<K extends Parent['kind']> {
  parent: Extract<Parent, { kind: K }>
  number: number
  /** Whose HEAD reserves the edit, where that is not the parent's (see Reservation.counter). */
  counter?: Parent
  /**
   * That HEAD may be behind what is edited, which another one has counted: then it is raised. Unset
   * it is behind only where counters were lost.
   */
  mayRaise?: boolean
  /** The image of the HEAD that reserves, from before `known` was read. */
  head: Head
  known: Known<ValueOf[K]>
}
/** What an edit has reserved, and the row as it will be. */
export interface Edited<K extends Parent['kind']> {
  reservation: Reservation<ValueOf[K]>
  row: Row<ValueOf[K]>
  /** The image by which it was judged. */
  head: Head
}
/**
 * Makes of what is known the whole value that follows it; undefined: there is nothing to change.
 */
export type Apply<K extends Parent['kind']> = (
  known: Known<ValueOf[K]>,
  at: string,
) => ValueOf[K] | undefined

/** How often an edit is tried. Then the client gets 503. */
const mostAttempts = 6
/** How long the pause before the second attempt may be; each further one twice as long. */
const firstPauseMs = 30
/**
 * So many reservations of one number wait at most: who reads it, or edits it again, reads the
 * values of all of them.
 */
const mostWaiting = 32

export type EditReservePorts = ReservePorts & { clock: Clock & Timer }

/** One attempt after another of an edit, all with one REQ. */
interface Attempt {
  rid: string
  /** From 1. */
  nth: number
  /** The REQ was put, and the HEAD has refused it for good: it will never be reserved. */
  refused: boolean
}

/**
 * Reserves an edit or a delete (docs/protocol.md#edits-and-deletes). `find` reads what it builds
 * on, `apply` makes the whole new value of that, so no field of another edit is ever lost. Where
 * another edit of the same bucket came in between, everything is read again, after a pause by
 * chance, and the new value takes the old one's place in the REQ. Returns the target as it is where
 * there is nothing to change. Throws what `find` and `apply` throw, and 503; a REQ that was refused
 * then expires.
 */
export async function reserveEdit<K extends Parent['kind']>(
  ports: EditReservePorts,
  act: Exclude<Act, 'create'>,
  find: () => Promise<EditTarget<K>>,
  apply: Apply<K>,
): Promise<Edited<K> | { unchanged: EditTarget<K> }> {
  const attempt: Attempt = { rid: ports.ids.text(22), nth: 1, refused: false }
  try {
    for (; attempt.nth <= mostAttempts; attempt.nth++) {
      if (attempt.nth > 1) await pause(ports, firstPauseMs * 2 ** (attempt.nth - 2))
      const edited = await reserveOnce(ports, act, await find(), apply, attempt)
      if (edited) return edited
    }
    throw tooManyAtOnce()
  } catch (error) {
    // Otherwise the sweep would look at it every minute until it is old. If this fails, it does.
    if (attempt.refused)
      await Promise.allSettled([ports.table.update(expireRequest(attempt, ports.clock.now()))])
    throw error
  }
}

/** Waits up to `most` ms, by chance: edits that were refused together would meet again. */
function pause({ clock, ids }: EditReservePorts, most: number): Promise<void> {
  const chance = Buffer.from(ids.text(4), 'base64url').readUIntBE(0, 3) / 2 ** 24
  return new Promise((resolve) => {
    clock.after(chance * most, resolve)
  })
}

async function reserveOnce<K extends Parent['kind']>(
  ports: EditReservePorts,
  act: Exclude<Act, 'create'>,
  target: EditTarget<K>,
  apply: Apply<K>,
  attempt: Attempt,
): Promise<Edited<K> | { unchanged: EditTarget<K> } | undefined> {
  const { parent, number, head, known, counter } = target
  const { rid, nth } = attempt
  const now = ports.clock.now()
  const createdAt = new Date(now).toISOString()
  const value = apply(known, createdAt)
  if (value === undefined) return { unchanged: target }
  const refusal = blockedBy({ head, gone: false }, parent, ports.caps) ?? tooManyWait(act, known)
  if (refusal) throw refusal
  attempt.refused = false
  const request = { rid, act, values: [value], createdAt, hash: '', token: undefined, now }
  const under = counter ? { parent: counter, own: number } : { parent }
  const put = await ports.table.put(putRequest({ ...request, ...under, attempt: nth }))
  // Refused, although the REQ that is there is of this attempt: our own put, whose first reply was
  // lost. Any other was not put: without its values nothing may be reserved.
  if (!put.done && (put.item?.attempt ?? 1) !== nth) throw tooManyAtOnce()
  await makeRoom(ports, under.parent, head, rid)
  const entry = await takeTarget(ports, rid, target)
  if (!entry) {
    attempt.refused = true
    return undefined
  }
  const reservation = { rid, rev: entry.rev, parent, number, act, values: [value], counter }
  return { reservation, row: { ...known.row, rev: entry.rev, value }, head }
}

/** A delete is the last change of its number, so it is let through. */
const tooManyWait = (act: Act, { waiting = 0 }: Known<Value>): Problem | undefined =>
  act === 'edit' && waiting >= mostWaiting
    ? unavailable('too many changes of this wait to be stored', 10)
    : undefined

/** The edit's entry in the HEAD; undefined: what the edit builds on may have changed. */
async function takeTarget<K extends Parent['kind']>(
  ports: ReservePorts,
  rid: string,
  { parent, number, head, known, counter, mayRaise = false }: EditTarget<K>,
): Promise<Entry | undefined> {
  const { rev } = known.row
  const [reserving, target] = counter ? [counter, ownNumber] : [parent, number]
  const written = await ports.table.update(reserveTarget(reserving, rid, target, head, rev))
  const image = written.item && readHead(written.item)
  const entry = await ownEntry(ports.table, image, rid)
  if (entry) return entry
  if (image?.deleted) throw goneOf(parent)
  // What is edited exists, and its parent's counter is missing or behind it: the counter was lost,
  // and is unusable until it has been raised again (P9).
  if (!image || (image.rev < rev && !mayRaise))
    throw unavailable('the counters of this parent are being restored', 60)
  if (image.rev < rev) await raiseBehind(ports, reserving, head, rev)
  return undefined
}

/**
 * Raises a HEAD that is behind what is edited. Its rev alone refused the edit, so the call could
 * still pass, late, once creates of chats have raised that. It cannot once the last edit of `own`
 * has risen; where that stands as in `head`, throws 503, and the REQ stays due.
 */
async function raiseBehind(
  { table }: ReservePorts,
  reserving: Parent,
  head: Head,
  rev: number,
): Promise<void> {
  const { done, item } = await table.update(raiseOwn(reserving, rev))
  const lastOwn = (image: Head) => lastEditOf(image, ownNumber)
  if (!done && (!item || lastOwn(readHead(item)) === lastOwn(head))) throw tooManyAtOnce()
}
