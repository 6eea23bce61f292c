import { unavailable } from '../../problems/problem.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { Table } from '../ports/table.ts'
import { entryInHead, type Head, type HeadCaps, readHead } from '../table/head.ts'
import { reserveNumber } from '../table/head-writes.ts'
import {
  entryOfRequest,
  keyOfRid,
  type Request,
  readRequest,
  requestKey,
} from '../table/request.ts'
import { makeRoom } from './make-room.ts'
import { goneOf } from './parent-head.ts'

export interface ReservePorts {
  table: Table
  clock: Clock
  ids: Ids
  caps: HeadCaps
}

/**
 * How often a step is begun again because other calls got in between. Then the client gets 503.
 */
export const mostAttempts = 12
export const tooManyAtOnce = () => unavailable('too many requests for the same thing at once', 1)

/**
 * Step 3 of a create (docs/protocol.md#creating): one UpdateItem takes `count` numbers. It is tried
 * again while the fence refuses it, which says that the image is too old to judge by. `head` is
 * the image that the caller has judged this request by.
 */
export async function takeNumber(
  ports: ReservePorts,
  parent: Parent,
  rid: string,
  head: Head,
  count: number,
): Promise<Entry> {
  const { table } = ports
  await makeRoom(ports, parent, head, rid)
  let seen = head.rev
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const written = await table.update(reserveNumber(parent, rid, seen, count))
    const image = written.item && readHead(written.item)
    const entry = await ownEntry(table, image, rid)
    if (entry) return entry
    if (!image || image.deleted) throw goneOf(parent)
    seen = image.rev
  }
  throw tooManyAtOnce()
}

/**
 * The entry of `rid`, if it was reserved: just now, or by an earlier call of ours whose reply was
 * lost, which makes no difference to the client. `image` is the HEAD after our call, or as it was
 * when the call was refused. What has been settled or moved out since is in the REQ.
 */
export async function ownEntry(
  table: Table,
  image: Head | undefined,
  rid: string,
): Promise<Entry | undefined> {
  const entry = image && entryInHead(image, rid)
  if (entry) return entry
  const request = await getRequest(table, keyOfRid(rid))
  return request?.rid === rid ? entryOfRequest(request) : undefined
}

/** The REQ of a key, strongly consistent. */
export async function getRequest(table: Table, key: string): Promise<Request | undefined> {
  const item = await table.get(requestKey(key))
  return item && readRequest(item)
}
