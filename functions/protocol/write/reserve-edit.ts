import type { ValueOf } from '../../kinds/kinds.ts'
import { unavailable } from '../../problems/problem.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Act, Reservation } from '../model/reservation.ts'
import type { Known, Row } from '../model/row.ts'
import { type Head, readHead } from '../table/head.ts'
import { reserveTarget } from '../table/head-writes.ts'
import { putRequest } from '../table/request-writes.ts'
import { makeRoom } from './make-room.ts'
import { blockedBy, goneOf } from './parent-head.ts'
import { mostAttempts, ownEntry, type ReservePorts, tooManyAtOnce } from './take-number.ts'

/** What is edited, as it was read: `head` is the parent's image from before `known` was read. */
export interface EditTarget<K extends Parent['kind']> {
  parent: Extract<Parent, { kind: K }>
  number: number
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

/**
 * Reserves an edit or a delete (docs/protocol.md#edits-and-deletes). `find` reads what it builds
 * on, `apply` makes the whole new value of that, so no field of another edit is ever lost. Where
 * another edit of the same bucket came in between, everything is read again, under a new rid: the
 * old one was never reserved, and its REQ expires. Returns the target as it is where there is
 * nothing to change. Throws what `find` and `apply` throw, and 503.
 */
export async function reserveEdit<K extends Parent['kind']>(
  ports: ReservePorts,
  act: Exclude<Act, 'create'>,
  find: () => Promise<EditTarget<K>>,
  apply: Apply<K>,
): Promise<Edited<K> | { unchanged: EditTarget<K> }> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const edited = await reserveOnce(ports, act, await find(), apply)
    if (edited) return edited
  }
  throw tooManyAtOnce()
}

async function reserveOnce<K extends Parent['kind']>(
  ports: ReservePorts,
  act: Exclude<Act, 'create'>,
  target: EditTarget<K>,
  apply: Apply<K>,
): Promise<Edited<K> | { unchanged: EditTarget<K> } | undefined> {
  const { parent, number, head, known } = target
  const now = ports.clock.now()
  const createdAt = new Date(now).toISOString()
  const value = apply(known, createdAt)
  if (value === undefined) return { unchanged: target }
  const full = blockedBy({ head, gone: false }, parent, ports.caps)
  if (full) throw full
  const rid = ports.ids.text(22)
  await ports.table.put(
    putRequest({ rid, parent, act, values: [value], createdAt, hash: '', token: undefined, now }),
  )
  await makeRoom(ports, parent, head, rid)
  const entry = await takeTarget(ports, rid, target)
  if (!entry) return undefined
  const reservation = { rid, rev: entry.rev, parent, number, act, values: [value] }
  return { reservation, row: { ...known.row, rev: entry.rev, value }, head }
}

/** The edit's entry in the HEAD; undefined: what the edit builds on may have changed. */
async function takeTarget<K extends Parent['kind']>(
  ports: ReservePorts,
  rid: string,
  { parent, number, head, known }: EditTarget<K>,
): Promise<Entry | undefined> {
  const written = await ports.table.update(reserveTarget(parent, rid, number, head, known.row.rev))
  const image = written.item && readHead(written.item)
  const entry = await ownEntry(ports.table, image, rid)
  if (entry) return entry
  if (image?.deleted) throw goneOf(parent)
  // What is edited exists, and its parent's counter is missing or behind it: the counter was lost,
  // and is unusable until it has been raised again (P9).
  if (!image || image.rev < known.row.rev)
    throw unavailable('the counters of this parent are being restored', 60)
  return undefined
}
