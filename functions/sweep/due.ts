import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Reservation } from '../protocol/model/reservation.ts'
import { readValues } from '../protocol/model/values.ts'
import type { Item, Key, Table } from '../protocol/ports/table.ts'
import { entryInHead, type Head, headKey, readHead } from '../protocol/table/head.ts'
import { names } from '../protocol/table/names.ts'
import { entryOfRequest, type Request, readRequest, shards } from '../protocol/table/request.ts'

/** Keys that one query of one partition gives at most. */
const atOnce = 50

interface Shard {
  shard: number
  found: Item[]
  next: Item | undefined
  ended: boolean
}

async function refill(table: Table, now: number, shard: Shard): Promise<void> {
  if (shard.found.length > 0 || shard.ended) return
  const page = await table.query({
    IndexName: 'due',
    KeyConditionExpression: '#due_shard = :shard AND #due <= :now',
    ExpressionAttributeNames: names('due_shard', 'due'),
    ExpressionAttributeValues: { ':shard': shard.shard, ':now': now },
    Limit: atOnce,
    ...(shard.next ? { ExclusiveStartKey: shard.next } : {}),
  })
  shard.found = page.items
  shard.next = page.next
  shard.ended = page.next === undefined
}

/**
 * Keys of what was due at `now`, oldest first over all partitions of the index, at most `most` at
 * once. It walks each partition once: what is sent moves to a later time, behind the walk, however
 * far the index lags behind.
 */
export async function* dueKeys(table: Table, now: number, most: number): AsyncGenerator<Key[]> {
  const all = Array.from(
    { length: shards },
    (_, shard): Shard => ({ shard, found: [], next: undefined, ended: false }),
  )
  for (;;) {
    await Promise.all(all.map((shard) => refill(table, now, shard)))
    const keys: Key[] = []
    while (keys.length < most) {
      const live = all.filter(({ found }) => found.length > 0)
      const oldest = live.toSorted((a, b) => Number(a.found[0]?.due) - Number(b.found[0]?.due))[0]
      const item = oldest?.found.shift()
      if (item) keys.push({ pk: String(item.pk), sk: String(item.sk) })
      // An empty partition may hold what is older than all the others have: ask it first.
      if (!item || (oldest?.found.length === 0 && !oldest.ended)) break
    }
    if (keys.length === 0) return
    yield keys
  }
}

/** One due REQ; `reservation` when its number is reserved and its body is still needed. */
export interface DueRequest {
  request: Request
  reservation: Reservation | undefined
}
export interface DuePage {
  due: DueRequest[]
  heads: [Parent, Head][]
  /** What this version cannot read; it must not keep the others waiting. */
  unreadable: { key: Key; cause: unknown }[]
}

/**
 * HEAD, then REQ, both strong: in the other order a request settled between the two would look
 * unreserved.
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
  const parentOf = (item: Item) =>
    attempt({ pk: String(item.pk), sk: String(item.sk) }, () => readRequest(item).parent)
  const first = (await table.batchGet(keys)).filter((item) => item !== undefined).flatMap(parentOf)
  const parents = [...new Map(first.map((parent) => [parentKey(parent), parent])).values()]
  const images = await table.batchGet(parents.map(headKey))
  const heads = parents.flatMap((parent, i) => {
    const image = images[i]
    return image ? attempt(headKey(parent), (): [Parent, Head] => [parent, readHead(image)]) : []
  })
  const headOf = new Map(heads.map(([parent, head]) => [parentKey(parent), head]))
  const failed = new Set(unreadable.map(({ key }) => key.pk))
  const items = await table.batchGet(keys.filter(({ pk }) => !failed.has(pk)))
  const due = items.flatMap((item) => {
    if (!item) return []
    return attempt({ pk: String(item.pk), sk: String(item.sk) }, (): DueRequest => {
      const request = readRequest(item)
      const parent = parentKey(request.parent)
      if (failed.has(parent)) throw new Error('its HEAD cannot be read')
      return { request, reservation: reservationOf(request, headOf.get(parent)) }
    })
  })
  // The index lags: what it names may have been settled, parked or sent meanwhile.
  return {
    due: due.filter(({ request }) => request.due !== undefined && request.due <= now),
    heads,
    unreadable,
  }
}

function reservationOf(request: Request, head: Head | undefined): Reservation | undefined {
  const entry = entryOfRequest(request) ?? (head && entryInHead(head, request.rid))
  if (!entry || request.values === undefined) return undefined
  const { rid, rev, number } = entry
  const { parent, act } = request
  return {
    rid,
    rev,
    number,
    parent,
    act,
    values: readValues(parent.kind, JSON.parse(request.values)),
  }
}
