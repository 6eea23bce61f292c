import type { Reservation } from '../protocol/change.ts'
import { entryOf, type Head, headKey, readHead } from '../protocol/head.ts'
import { type Parent, parentKey } from '../protocol/parent.ts'
import type { Key, Table } from '../protocol/ports.ts'
import { type Request, readRequest, settledEntry, shards } from '../protocol/request.ts'
import { readValues } from '../protocol/value.ts'

/** What is due, oldest first: every partition of the index gives its oldest, and the oldest of all come first. */
export async function dueKeys(table: Table, now: number, limit: number): Promise<Key[]> {
  const pages = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      table.query({
        IndexName: 'due',
        KeyConditionExpression: '#shard = :shard AND #due <= :now',
        ExpressionAttributeNames: { '#shard': 'due_shard', '#due': 'due' },
        ExpressionAttributeValues: { ':shard': shard, ':now': now },
        Limit: limit,
      }),
    ),
  )
  const due = pages.flatMap((page) => page.items).sort((a, b) => Number(a.due) - Number(b.due))
  return due.slice(0, limit).map((item) => ({ pk: String(item.pk), sk: String(item.sk) }))
}

/** One due REQ; `reservation` when its number is reserved and its body is still needed. */
export interface Due {
  request: Request
  reservation: Reservation | undefined
}

/** HEAD, then REQ, both strong: in the other order a request settled between the two would look unreserved. */
export async function readDue(
  table: Table,
  keys: Key[],
  now: number,
): Promise<{ due: Due[]; heads: [Parent, Head][] }> {
  const first = (await table.batchGet(keys)).filter((item) => item !== undefined).map(readRequest)
  const parents = [...new Map(first.map(({ parent }) => [parentKey(parent), parent])).values()]
  const images = await table.batchGet(parents.map(headKey))
  const heads = parents.flatMap((parent, i): [Parent, Head][] => {
    const image = images[i]
    return image ? [[parent, readHead(image)]] : []
  })
  const headOf = new Map(heads.map(([parent, head]) => [parentKey(parent), head]))
  const requests = (await table.batchGet(keys)).filter((item) => item !== undefined).map(readRequest)
  // The index lags: what it names may have been settled, parked or sent meanwhile.
  const due = requests.filter((request) => request.due !== undefined && request.due <= now)
  return {
    due: due.map((request) => ({
      request,
      reservation: reservationOf(request, headOf.get(parentKey(request.parent))),
    })),
    heads,
  }
}

function reservationOf(request: Request, head: Head | undefined): Reservation | undefined {
  const entry = settledEntry(request) ?? (head && entryOf(head, request.rid))
  if (!entry || request.values === undefined) return undefined
  const { rid, rev, number } = entry
  const { parent, act } = request
  return { rid, rev, number, parent, act, values: readValues(parent.kind, JSON.parse(request.values)) }
}
