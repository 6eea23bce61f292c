import type { Act, Row, Value, ValueOf } from './change.ts'
import { bucketOf, type Entry, type Head } from './head.ts'
import type { Parent } from './parent.ts'
import type { Table } from './ports.ts'
import { keyOfRid, readRequest, requestKey } from './request.ts'
import { readValues } from './value.ts'

/** A change on its way, as its REQ records it. */
export interface Pending<V extends Value> {
  rid: string
  rev: number
  number: number
  act: Act
  value: V
  /**
   * It waits for a person, however long, and may never become what its number is: another create
   * may have that (P9).
   */
  parked: boolean
}
/** What is known of a number, and whether its newest representation is a row yet. */
export interface Known<V extends Value> {
  row: Row<V>
  status: 'accepted' | 'stored'
}

/**
 * The bodies of a parent's entries, from their REQs. `settled`: at least one is gone, another
 * request's, or without its body: it was settled since its entry was read, so MySQL has it, and
 * rows that were read before may lack it.
 */
export async function readPending<K extends Parent['kind']>(
  table: Table,
  kind: K,
  found: Entry[],
): Promise<{ pending: Pending<ValueOf[K]>[]; settled: boolean }> {
  // While it moves out an entry is in the HEAD and among the waiting items.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  const items = await table.batchGet(entries.map((entry) => requestKey(keyOfRid(entry.rid))))
  const read = entries.map((entry, i): Pending<ValueOf[K]>[] => {
    const item = items[i]
    const request = item && readRequest(item)
    if (request?.rid !== entry.rid || request.values === undefined) return []
    const { rid, rev, number } = entry
    const values = readValues(kind, JSON.parse(request.values))
    const [act, parked] = [request.act, request.parked !== undefined]
    return values.map((value, at) => ({ rid, rev, number: number + at, act, value, parked }))
  })
  return { pending: read.flat(), settled: read.some((changes) => changes.length === 0) }
}

/**
 * Which create a row is of, and how new it is; without `count`: a message's, which has no children.
 */
export type Version = Pick<Row, 'rid' | 'rev'> & Partial<Pick<Row, 'count'>>

/**
 * The row that a number's changes on their way will make of `row`; undefined: none of them is
 * newer. The greatest rev wins. A create that is not the row's own has collided with it (the
 * counters were lost, P9): it never shows in the row's place.
 */
export function newerThan<V extends Value>(
  row: Version | undefined,
  pending: Pending<V>[],
): Row<V> | undefined {
  const own = pending.filter(
    (change) => change.act !== 'create' || !row?.rid || row.rid === change.rid,
  )
  const newest = own.reduce<Pending<V> | undefined>(
    (a, b) => (a && a.rev >= b.rev ? a : b),
    undefined,
  )
  if (!newest || newest.rev <= (row?.rev ?? 0)) return undefined
  const { number, rev, value } = newest
  const rid = row?.rid ?? own.find((change) => change.act === 'create')?.rid ?? null
  return { number, rid, rev, count: row?.count ?? 0, value }
}

/** The newest representation of one number. */
export function merge<V extends Value>(
  row: Row<V> | undefined,
  pending: Pending<V>[],
): Known<V> | undefined {
  const newer = newerThan(row, pending)
  if (newer) return { row: newer, status: 'accepted' }
  return row && { row, status: 'stored' }
}

/**
 * Whether what waits is the newest there is, so that it may be shown, and edited, without MySQL: no
 * later edit of its bucket has been reserved, and so none is stored. Another number's edit in the
 * bucket refuses it too: safe, not sharp. Of a number with something that is parked only MySQL can
 * tell what it is: another create may have it, or an edit that a backup of the table knows nothing
 * of; and what is edited on the wrong ground would overwrite the row (P9).
 */
export function isNewest(
  head: Head,
  pending: Pick<Pending<Value>, 'number' | 'rev' | 'parked'>[],
): boolean {
  if (pending.some(({ parked }) => parked)) return false
  const newest = Math.max(...pending.map((change) => change.rev))
  return pending.length > 0 && newest >= (head.e[bucketOf(pending[0]?.number ?? 0)] ?? 0)
}
