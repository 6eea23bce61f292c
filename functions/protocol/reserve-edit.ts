import { notFound, unavailable } from '../api/problem.ts'
import type { Act, Reservation, Row, ValueOf } from './change.ts'
import { entryOf, type Head, headEntries, readHead, reserveTarget } from './head.ts'
import type { Known } from './merge.ts'
import type { Parent } from './parent.ts'
import { settledEntry } from './request.ts'
import { attempts, busy, getRequest, makeRoom, type ReservePorts } from './reserve.ts'
import { putRequest } from './transitions.ts'

/** What is edited, as it was read: `head` is the parent's image from before `known` was read. */
export interface Target<K extends Parent['kind']> {
  parent: Extract<Parent, { kind: K }>
  number: number
  head: Head
  known: Known<ValueOf[K]>
}
export interface Edited<K extends Parent['kind']> {
  reservation: Reservation<ValueOf[K]>
  row: Row<ValueOf[K]>
}

/**
 * Reserves an edit: `apply` makes of what is known the whole representation that follows it, so no field of another
 * edit is ever lost. When another edit of the same bucket came in between, everything is read again, under a new rid:
 * the old one was never reserved and its REQ expires. Throws what `open` and `apply` throw, and 503.
 */
export async function reserveEdit<K extends Parent['kind']>(
  ports: ReservePorts,
  act: Exclude<Act, 'create'>,
  open: () => Promise<Target<K>>,
  apply: (known: Known<ValueOf[K]>, at: string) => ValueOf[K],
): Promise<Edited<K>> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const edited = await reserveOnce(ports, act, await open(), apply)
    if (edited) return edited
  }
  throw busy()
}

async function reserveOnce<K extends Parent['kind']>(
  ports: ReservePorts,
  act: Exclude<Act, 'create'>,
  { parent, number, head, known }: Target<K>,
  apply: (known: Known<ValueOf[K]>, at: string) => ValueOf[K],
): Promise<Edited<K> | undefined> {
  const now = ports.clock.now()
  const createdAt = new Date(now).toISOString()
  const value = apply(known, createdAt)
  if (Object.keys(head.r).length >= headEntries.hard)
    throw unavailable('too many requests wait under this parent', 2)
  const rid = ports.ids.text(22)
  await ports.table.put(
    putRequest({ rid, parent, act, values: [value], createdAt, hash: '', token: undefined, now }),
  )
  await makeRoom(ports.table, parent, head)
  const entry = await takeTarget(ports, parent, rid, number, head)
  if (!entry) return undefined
  const reservation = { rid, rev: entry.rev, parent, number, act, values: [value] }
  return { reservation, row: { ...known.row, rev: entry.rev, value } }
}

/** undefined: the state that the edit builds on has changed. */
async function takeTarget(ports: ReservePorts, parent: Parent, rid: string, number: number, head: Head) {
  const written = await ports.table.update(reserveTarget(parent, rid, number, head))
  // The row is in MySQL and its parent's counter is not there: lost, until restore-counters has raised it again (P9).
  if (!written.item) throw unavailable('the counters of this parent are being restored', 60)
  const image = readHead(written.item)
  const entry = entryOf(image, rid)
  if (entry) return entry
  const request = await getRequest(ports.table, rid)
  const settled = request?.rid === rid ? settledEntry(request) : undefined
  if (!settled && image.deleted) throw notFound(parent.kind === 'chat' ? 'chat' : 'application')
  return settled
}
