import type { Entry } from './head.ts'
import { pruneEntries } from './head.ts'
import { type Parent, parentKey } from './parent.ts'
import type { Delete, Item, Put, Table } from './ports.ts'
import { waitRequest } from './transitions.ts'

/**
 * Waiting items keep the HEAD small. While MySQL is away reservations cannot be settled; their
 * entries move out of the HEAD, each into an item of its own beside it: strongly readable, ordered
 * by number. The body stays in REQ.
 */
const partition = (parent: Parent): string => `${parentKey(parent)}#waiting`
const padded = (value: number): string => String(value).padStart(16, '0')
const sort = (number: number, rev: number): string => `${padded(number)}#${padded(rev)}`

const putWaiting = (parent: Parent, entry: Entry): Put => ({
  Item: {
    pk: partition(parent),
    sk: sort(entry.number, entry.rev),
    rid: entry.rid,
    rev: entry.rev,
    number: entry.number,
    count: entry.count,
  },
})
export const deleteWaiting = (parent: Parent, entry: Entry): Delete => ({
  Key: { pk: partition(parent), sk: sort(entry.number, entry.rev) },
})

/** A waiting item. */
export const readEntry = (item: Item): Entry => ({
  rid: String(item.rid),
  rev: Number(item.rev),
  number: Number(item.number),
  count: Number(item.count ?? 1),
})

/**
 * A batch has at most so many numbers; its item is sorted by the first of them, so range reads
 * begin earlier.
 */
export const batchLimit = 100

/**
 * One page of a parent's waiting entries that may be about numbers from `from` to `to`, both
 * inclusive.
 */
export async function queryWaiting(
  table: Table,
  parent: Parent,
  from: number,
  to: number,
  page: { order: 'asc' | 'desc'; limit?: number; start?: Item | undefined },
): Promise<{ entries: Entry[]; next: Item | undefined }> {
  const { items, next } = await table.query({
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: {
      ':pk': partition(parent),
      ':from': sort(Math.max(from - batchLimit + 1, 0), 0),
      ':to': sort(to, Number.MAX_SAFE_INTEGER),
    },
    ScanIndexForward: page.order === 'asc',
    ...(page.limit === undefined ? {} : { Limit: page.limit }),
    ...(page.start === undefined ? {} : { ExclusiveStartKey: page.start }),
  })
  return { entries: items.map(readEntry), next }
}

/**
 * All waiting entries of a parent in an inclusive range of numbers, ascending; more than `most` are
 * not all read.
 */
export async function allWaiting(
  table: Table,
  parent: Parent,
  from = 1,
  to: number = Number.MAX_SAFE_INTEGER,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Entry[]> {
  const found: Entry[] = []
  let start: Item | undefined
  do {
    const page = await queryWaiting(table, parent, from, to, { order: 'asc', start })
    found.push(...page.entries)
    start = page.next
  } while (start && found.length <= most)
  return found
}

/**
 * Moves entries out of a HEAD. Per entry one transaction marks REQ and puts the waiting item, if
 * REQ is neither stored nor waiting: moved out after it was stored it would wait for ever. The
 * entry goes from the HEAD in both cases. Throws what a transaction threw (two that move the same
 * entry conflict), after the others were pruned.
 */
export async function moveOut(table: Table, parent: Parent, entries: Entry[]): Promise<void> {
  const moved = await Promise.allSettled(
    entries.map((entry) => table.transact([waitRequest(entry), putWaiting(parent, entry)])),
  )
  const out = entries.filter((_, i) => moved[i]?.status === 'fulfilled')
  if (out.length > 0) await prune(table, parent, out)
  for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
}

/** DynamoDB takes 4 KB of expression: 60 entries are about 1.5 KB. */
const pruneChunk = 60

/**
 * Removes entries from a HEAD and raises its fence to the greatest of them, or only removes where
 * it is higher.
 */
export async function prune(table: Table, parent: Parent, found: Entry[]): Promise<void> {
  // A record can be delivered twice in one batch, and DynamoDB refuses a path that is removed
  // twice.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  for (let at = 0; at < entries.length; at += pruneChunk) {
    const chunk = entries.slice(at, at + pruneChunk)
    const raised = await table.update(pruneEntries(parent, chunk, true))
    // Not raised: the HEAD is missing, or its fence is already there. The second write tells the
    // two apart.
    if (!raised.done && raised.item) await table.update(pruneEntries(parent, chunk, false))
  }
}
