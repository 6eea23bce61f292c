import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Act } from '../model/reservation.ts'
import { readValues } from '../model/values.ts'
import type { Table } from '../ports/table.ts'
import { keyOfRid, readRequest, requestKey } from '../table/request.ts'

/**
 * A change on its way, as a reader finds it: by its `Entry` in the HEAD or in a waiting item, with
 * the value in its REQ. merge makes what is `Known` of it and the `Row`.
 */
export interface Pending<V extends Value> {
  rid: string
  rev: number
  number: number
  act: Act
  value: V
  /**
   * It waits for a person, and may never become a row: another create may have its number (P9).
   */
  parked: boolean
}

/**
 * The changes of a parent's entries, with the values of their REQs. `settled`: of at least one the
 * REQ is gone, another request's, or without values. So it was settled since its entry was read:
 * MySQL has it, and rows that were read before may lack it.
 */
export async function readPending<K extends Parent['kind']>(
  table: Table,
  kind: K,
  found: Entry[],
): Promise<{ pending: Pending<ValueOf[K]>[]; settled: boolean }> {
  // An entry that is being moved out is in the HEAD and among the waiting items.
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
