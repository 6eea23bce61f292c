import { batchLimit } from '../../limits/limits.ts'
import type { Entry } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Delete, Item, Put, Table } from '../ports/table.ts'
import { names } from './names.ts'

/**
 * Waiting items keep the HEAD small. While MySQL is away reservations cannot be settled; their
 * entries move out of the HEAD, each into an item of its own beside it. The items of a parent are a
 * partition of the table, ordered by number, so that strong reads find them (an index has none).
 * The body stays in REQ.
 */
const partition = (parent: Parent): string => `${parentKey(parent)}#waiting`
const padded = (value: number): string => String(value).padStart(16, '0')
const sort = (number: number, rev: number): string => `${padded(number)}#${padded(rev)}`

export const putWaiting = (parent: Parent, entry: Entry): Put => ({
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

/** The entry in a waiting item. */
export const readWaitingItem = (item: Item): Entry => ({
  rid: String(item.rid),
  rev: Number(item.rev),
  number: Number(item.number),
  count: Number(item.count ?? 1),
})

/**
 * One page of a parent's waiting entries that may be about numbers from `from` to `to`, both
 * inclusive. A batch's item stands at its first number; so the query begins a batch's length early,
 * and may return entries that end before `from`.
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
    ExpressionAttributeNames: names('pk', 'sk'),
    ExpressionAttributeValues: {
      ':pk': partition(parent),
      ':from': sort(Math.max(from - batchLimit + 1, 0), 0),
      ':to': sort(to, Number.MAX_SAFE_INTEGER),
    },
    ScanIndexForward: page.order === 'asc',
    ...(page.limit === undefined ? {} : { Limit: page.limit }),
    ...(page.start === undefined ? {} : { ExclusiveStartKey: page.start }),
  })
  return { entries: items.map(readWaitingItem), next }
}

/**
 * All waiting entries of a parent in an inclusive range of numbers (see queryWaiting), ascending.
 * Stops reading behind `most` of them; more may come back.
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
