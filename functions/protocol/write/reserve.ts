import type { Value } from '../../kinds/kinds.ts'
import type { Parent } from '../model/parent.ts'
import { isExpired, type Request } from '../table/request.ts'
import { putRequest } from '../table/request-writes.ts'
import type { Create, Input, Reserved } from './create.ts'
import { blockedBy, type ParentState, readParent } from './parent-head.ts'
import { repeat, reservationOf } from './repeat.ts'
import {
  getRequest,
  mostAttempts,
  type ReservePorts,
  takeNumber,
  tooManyAtOnce,
} from './take-number.ts'

/**
 * Steps 1 to 3 of a create (docs/protocol.md#creating): its number, exactly once. Throws Problems:
 * 404 (no such parent, or it is deleted), 413 and 422 (the body, or a key that was used for
 * another), 503 (too many wait under this parent). A repeat gets the first one's answer before any
 * of these refuses it (P4).
 */
export async function reserve<V extends Value>(
  ports: ReservePorts,
  create: Create<V>,
): Promise<Reserved<V>> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    // The HEAD before REQ: in the other order a request settled between the two reads would look as
    // if it had never been reserved (docs/protocol.md#head-before-req).
    const state = await readParent(ports.table, create.parent)
    const reserved = await reserveUnder(ports, create, state)
    if (reserved) return reserved
  }
  throw tooManyAtOnce()
}

/** One attempt; undefined when another one got in between and all must be read again. */
async function reserveUnder<V extends Value>(
  ports: ReservePorts,
  { parent, key, input }: Create<V>,
  state: ParentState,
): Promise<Reserved<V> | undefined> {
  const blocked = blockedBy(state, parent, ports.caps)
  const found = key === undefined ? undefined : await getRequest(ports.table, key)
  const known = found && !isExpired(found, ports.clock.now()) ? found : undefined
  // A repeat gets its response whatever has become of the parent. A new request is refused for its
  // parent first, and for its body after that.
  if (blocked && !known) throw blocked
  if (known) return repeat(ports, parent, state, known, input())
  return reserveNew(ports, parent, key, state, found, input())
}

/**
 * A new request: REQ, then its number. `expired` is the REQ of its key's last use, if it is there.
 */
async function reserveNew<V extends Value>(
  ports: ReservePorts,
  parent: Parent,
  key: string | undefined,
  { head }: ParentState,
  expired: Request | undefined,
  { hash, build }: Input<V>,
): Promise<Reserved<V> | undefined> {
  const rid = key === undefined ? ports.ids.text(22) : `${key}.${ports.ids.text(6)}`
  // 192 random bits: whoever holds the token may do all with the application.
  const token = parent.kind === 'root' ? ports.ids.text(32) : undefined
  const now = ports.clock.now()
  const createdAt = new Date(now).toISOString()
  const values = build(createdAt, token ?? '')
  const request = { rid, parent, act: 'create' as const, values, createdAt, hash, token, now }
  const put = await ports.table.put(putRequest(request, expired))
  // Refused, although the REQ that is there has this rid: our own put, whose first reply was lost.
  if (!put.done && put.item?.rid !== rid) return undefined
  const entry = await takeNumber(ports, parent, rid, head, values.length)
  return { reservation: reservationOf(parent, entry, values), head, replayed: false }
}
