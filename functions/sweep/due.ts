import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Reservation } from '../protocol/model/reservation.ts'
import type { Item, Key, Table } from '../protocol/ports/table.ts'
import { entryInHead, type Head, headKey, readHead } from '../protocol/table/head.ts'
import {
  entryOfRequest,
  type Request,
  readRequest,
  requestAttributes,
  reservationFrom,
} from '../protocol/table/request.ts'

/** One due REQ; `reservation` when its number is reserved and its values are still needed. */
export interface DueRequest {
  request: Request
  reservation: Reservation | undefined
}
/** The HEAD above due REQs. */
export interface DueHead {
  parent: Parent
  head: Head
}
export interface DuePage {
  due: DueRequest[]
  heads: DueHead[]
  /** What this version cannot read; it must not keep the others waiting. */
  unreadable: { key: Key; cause: unknown }[]
}

/**
 * The REQs of these keys that are still due at `now`, with their HEADs. The index names them, and
 * lags: so all is read again, strongly consistent. The REQs name the parents; then HEAD before REQ,
 * for in the other order a request settled between the two would look as if it had never been
 * reserved (docs/protocol.md#head-before-req).
 */
export async function readDue(table: Table, keys: Key[], now: number): Promise<DuePage> {
  const unreadable: DuePage['unreadable'] = []
  const attempt = <T>(key: Key, read: () => T): T[] => {
    try {
      return [read()]
    } catch (cause) {
      unreadable.push({ key, cause })
      return []
    }
  }
  const found = (await table.batchGet(keys, requestAttributes)).filter((item) => item !== undefined)
  const named = found.flatMap((item) => attempt(keyOf(item), () => readRequest(item).parent))
  const parents = [...new Map(named.map((parent) => [parentKey(parent), parent])).values()]
  const images = await table.batchGet(parents.map(headKey))
  const heads = parents.flatMap((parent, i) => {
    const image = images[i]
    return image ? attempt(headKey(parent), () => ({ parent, head: readHead(image) })) : []
  })
  const headOf = new Map(heads.map(({ parent, head }) => [parentKey(parent), head]))
  const failed = new Set(unreadable.map(({ key }) => key.pk))
  const items = await table.batchGet(keys.filter(({ pk }) => !failed.has(pk)))
  const requests = items.flatMap((item) =>
    item ? attempt(keyOf(item), () => dueRequest(item, headOf, failed)) : [],
  )
  // What was settled, parked or sent since is no longer due.
  const due = requests.filter(({ request }) => request.due !== undefined && request.due <= now)
  return { due, heads, unreadable }
}

const keyOf = (item: Item): Key => ({ pk: String(item.pk), sk: String(item.sk) })

/** Throws where the REQ cannot be read, or its HEAD, which is among `failed`, could not be. */
function dueRequest(
  item: Item,
  headOf: ReadonlyMap<string, Head>,
  failed: ReadonlySet<string>,
): DueRequest {
  const request = readRequest(item)
  const parent = parentKey(request.parent)
  if (failed.has(parent)) throw new Error('its HEAD cannot be read')
  return { request, reservation: reservationOf(request, headOf.get(parent)) }
}

function reservationOf(request: Request, head: Head | undefined): Reservation | undefined {
  const entry = entryOfRequest(request) ?? (head && entryInHead(head, request.rid))
  return entry && reservationFrom(request, entry)
}
