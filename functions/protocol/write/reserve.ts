import type { Value } from '../../kinds/values.ts'
import { keyReused } from '../../problems/problem.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
import { entryInHead } from '../table/head.ts'
import { entryOfRequest, isExpired, type Request } from '../table/request.ts'
import { putRequest, touchRequest } from '../table/request-writes.ts'
import { blockedBy, type ParentState, readParent } from './parent-head.ts'
import type { ReservePorts } from './take-number.ts'
import { getRequest, mostAttempts, takeNumber, tooManyAtOnce } from './take-number.ts'

/** A create, as its operation asks for it. */
export interface Create<V extends Value> {
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
 * Steps 1 to 3 of design section 3: the number, exactly once. Throws Problems: 404 (no such parent,
 * or deleted), 413 and 422 (the input, or a key that was used for another), 503 (too many wait
 * under this parent). A repeat gets the first one's answer before any of these refuses it (P4).
 */
export async function reserve<V extends Value>(
  ports: ReservePorts,
  { input, ...what }: Create<V>,
): Promise<Reserved<V>> {
  let checked: Input<V> | undefined
  const asked: Create<V> = {
    ...what,
    input: () => {
      checked ??= input()
      return checked
    },
  }
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    // HEAD before REQ: in the other order a request settled between the two looks as if it had
    // never been reserved.
    const lineage = await readParent(ports.table, asked.parent)
    const reserved = await reserveUnder(ports, asked, lineage)
    if (reserved) return reserved
  }
  throw tooManyAtOnce()
}

/** One attempt; undefined when another one got in between and all must be read again. */
async function reserveUnder<V extends Value>(
  ports: ReservePorts,
  asked: Create<V>,
  lineage: ParentState,
): Promise<Reserved<V> | undefined> {
  const blocked = blockedBy(lineage, asked.parent, ports.caps)
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
  const entry = await takeNumber(ports, parent, rid, lineage.head, values.length)
  return { reservation: reservationOf(parent, entry, values), replayed: false }
}

/**
 * A key seen before: its answer if it has one, else this call carries the first one's request on.
 */
async function repeat<V extends Value>(
  ports: ReservePorts,
  parent: Parent,
  lineage: ParentState,
  request: Request,
  input: Input<V>,
): Promise<Reserved<V> | undefined> {
  if (request.hash !== input.hash) throw keyReused()
  // The record's body is gone once it is stored; the repeat brought it again, and the hash says
  // that it is the same.
  const values = input.build(request.created_at, request.token ?? '')
  const known = entryOfRequest(request) ?? entryInHead(lineage.head, request.rid)
  if (known) return { reservation: reservationOf(parent, known, values), replayed: true }
  const blocked = blockedBy(lineage, parent, ports.caps)
  if (blocked) throw blocked
  const touched = await ports.table.update(touchRequest(request.rid, ports.clock.now()))
  if (!touched.done) return undefined
  const entry = await takeNumber(ports, parent, request.rid, lineage.head, values.length)
  return { reservation: reservationOf(parent, entry, values), replayed: false }
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
