import { keyReused, notFound, type Problem, unavailable } from '../api/problem.ts'
import type { Reservation, Value } from './change.ts'
import {
  type Entry,
  entriesOf,
  entryOf,
  type Head,
  headEntries,
  readHead,
  reserveNumber,
} from './head.ts'
import { type Lineage, readLineage } from './lineage.ts'
import type { Parent } from './parent.ts'
import type { Clock, Ids, Table } from './ports.ts'
import {
  isExpired,
  keyOfRid,
  type Request,
  readRequest,
  requestKey,
  settledEntry,
} from './request.ts'
import { putRequest, touchRequest } from './transitions.ts'
import { moveOut } from './waiting.ts'

export interface ReservePorts {
  table: Table
  clock: Clock
  ids: Ids
}

/** A create, as its operation asks for it. */
export interface Asked<V extends Value> {
  parent: Parent
  /**
   * The REQ key made of the Idempotency-Key and its scope (request.ts: keyedRequest); undefined
   * without one.
   */
  key: string | undefined
  /** Checks the input; called when the parent is known to exist. Throws Problems (413, 422). */
  input: () => Input<V>
}
export interface Input<V extends Value> {
  /** Of the checked input, so that a key's second use for something else is seen. */
  hash: string
  /**
   * The whole representations, for the time of the request and (applications only, else '') the
   * token.
   */
  build: (at: string, token: string) => V[]
}
export interface Reserved<V extends Value> {
  reservation: Reservation<V>
  replayed: boolean
}

/**
 * How often a step is begun again when others got in between, before the client is asked to come
 * back.
 */
export const attempts = 12
export const busy = () => unavailable('too many requests for the same thing at once', 1)

/**
 * Steps 1 to 3 of design section 3: the number, exactly once. Throws Problems: 404 (no such parent,
 * or deleted), 413 and 422 (the input, or a key that was used for another), 503 (too many wait
 * under this parent). A repeat gets the first one's answer before any of these refuses it (P4).
 */
export async function reserve<V extends Value>(
  ports: ReservePorts,
  { input, ...what }: Asked<V>,
): Promise<Reserved<V>> {
  let checked: Input<V> | undefined
  const asked: Asked<V> = {
    ...what,
    input: () => {
      checked ??= input()
      return checked
    },
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    // HEAD before REQ: in the other order a request settled between the two looks as if it had
    // never been reserved.
    const lineage = await readLineage(ports.table, asked.parent)
    const reserved = await reserveUnder(ports, asked, lineage)
    if (reserved) return reserved
  }
  throw busy()
}

/** One attempt; undefined when another one got in between and all must be read again. */
async function reserveUnder<V extends Value>(
  ports: ReservePorts,
  asked: Asked<V>,
  lineage: Lineage,
): Promise<Reserved<V> | undefined> {
  const blocked = blockedBy(lineage, asked.parent)
  const found = asked.key === undefined ? undefined : await getRequest(ports.table, asked.key)
  const known = found && !isExpired(found, ports.clock.now()) ? found : undefined
  // A repeat gets its answer whatever has become of the parent; what is new learns that first, then
  // of its input.
  if (blocked && !known) throw blocked
  const input = asked.input()
  if (known) return repeat(ports, asked.parent, lineage, known, input)
  const rid = asked.key === undefined ? ports.ids.text(22) : `${asked.key}.${ports.ids.text(6)}`
  // 192 random bits: the token is all that its holder needs.
  const token = asked.parent.kind === 'root' ? ports.ids.text(32) : undefined
  const now = ports.clock.now()
  const createdAt = new Date(now).toISOString()
  const values = input.build(createdAt, token ?? '')
  const { parent } = asked
  const request = {
    rid,
    parent,
    act: 'create' as const,
    values,
    createdAt,
    hash: input.hash,
    token,
    now,
  }
  const put = await ports.table.put(putRequest(request, found))
  // There already, but with this rid: our own put, whose first reply was lost.
  if (!put.done && put.item?.rid !== rid) return undefined
  const entry = await take(ports.table, parent, rid, lineage.head, values.length)
  return { reservation: reservationOf(parent, entry, values), replayed: false }
}

/**
 * A key seen before: its answer if it has one, else this call carries the first one's request on.
 */
async function repeat<V extends Value>(
  ports: ReservePorts,
  parent: Parent,
  lineage: Lineage,
  request: Request,
  input: Input<V>,
): Promise<Reserved<V> | undefined> {
  if (request.hash !== input.hash) throw keyReused()
  // The record's body is gone once it is stored; the repeat brought it again, and the hash says
  // that it is the same.
  const values = input.build(request.created_at, request.token ?? '')
  const known = settledEntry(request) ?? entryOf(lineage.head, request.rid)
  if (known) return { reservation: reservationOf(parent, known, values), replayed: true }
  const blocked = blockedBy(lineage, parent)
  if (blocked) throw blocked
  const touched = await ports.table.update(touchRequest(request.rid, ports.clock.now()))
  if (!touched.done) return undefined
  const entry = await take(ports.table, parent, request.rid, lineage.head, values.length)
  return { reservation: reservationOf(parent, entry, values), replayed: false }
}

/** Nothing is created or edited below what is deleted. */
export const goneOf = (parent: Parent): Problem =>
  notFound(parent.kind === 'chat' ? 'chat' : 'application')

/** Why nothing new can be reserved now, if so. */
export function blockedBy({ head, gone }: Lineage, parent: Parent): Problem | undefined {
  if (gone) return goneOf(parent)
  if (Object.keys(head.r).length < headEntries.hard) return undefined
  return unavailable('too many requests wait under this parent', 2)
}

/** Step 3: one UpdateItem, repeated while the fence refuses an image that has become too old. */
async function take(
  table: Table,
  parent: Parent,
  rid: string,
  head: Head,
  count: number,
): Promise<Entry> {
  await makeRoom(table, parent, head, rid)
  let seen = head.rev
  for (let attempt = 0; attempt < attempts; attempt++) {
    const written = await table.update(reserveNumber(parent, rid, seen, count))
    const image = written.item && readHead(written.item)
    const entry = await ownEntry(table, image, rid)
    if (entry) return entry
    if (!image || image.deleted) throw goneOf(parent)
    seen = image.rev
  }
  throw busy()
}

/**
 * Keeps the HEAD small while nothing settles: every accept above the soft cap moves some out, so it
 * shrinks. Not all the oldest: accepts that run side by side see the same image, and of four that
 * all moved the same two the HEAD would grow by two. Each begins where its rid, which is random,
 * says, and moves the more the fuller the HEAD is. A chore: when it fails (most often because
 * another accept moves the same one at this moment) the next accept does it, and the request goes
 * on. What fails for good shows at the hard cap, and in the sweep, which does the same and throws.
 */
export async function makeRoom(
  table: Table,
  parent: Parent,
  head: Head,
  rid: string,
): Promise<void> {
  const entries = entriesOf(head)
  const old = entries.slice(0, Math.max(0, entries.length - headEntries.soft))
  if (old.length === 0) return
  const start = Buffer.from(rid.slice(-4), 'base64url').readUIntBE(0, 3) % old.length
  const mine = [...old.slice(start), ...old.slice(0, start)].slice(
    0,
    2 + Math.floor(old.length / 16),
  )
  await Promise.allSettled([moveOut(table, parent, mine)])
}

/**
 * What `rid` got: just made, or made by an earlier call of ours whose reply was lost, the same to
 * the client. In the image while it is there, in its REQ when it was settled or moved out since.
 */
export async function ownEntry(
  table: Table,
  image: Head | undefined,
  rid: string,
): Promise<Entry | undefined> {
  const entry = image && entryOf(image, rid)
  if (entry) return entry
  const request = await getRequest(table, keyOfRid(rid))
  return request?.rid === rid ? settledEntry(request) : undefined
}

/** The REQ of a key, strongly consistent. */
async function getRequest(table: Table, key: string): Promise<Request | undefined> {
  const item = await table.get(requestKey(key))
  return item && readRequest(item)
}

const reservationOf = <V extends Value>(
  parent: Parent,
  entry: Entry,
  values: V[],
): Reservation<V> => ({
  rid: entry.rid,
  rev: entry.rev,
  parent,
  number: entry.number,
  act: 'create',
  values,
})
