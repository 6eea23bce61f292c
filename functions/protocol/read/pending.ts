import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Act } from '../model/reservation.ts'
import { readValues } from '../model/values.ts'
import type { Table } from '../ports/table.ts'
import { keyOfRid, readRequest, requestKey } from '../table/request.ts'

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
