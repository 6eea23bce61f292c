import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Act } from '../model/reservation.ts'
import { readValues } from '../model/values.ts'
import type { Item, Table } from '../ports/table.ts'
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
 * How much is read before it is asked again whether that is enough: what one BatchGetItem takes,
 * and of full batches no more than ten (2.2 MiB).
 */
const portion = { requests: 100, messages: 1_000 }

function nextPortion(entries: Entry[], at: number): Entry[] {
  let messages = 0
  const length = entries.slice(at, at + portion.requests).findIndex(({ count }, i) => {
    messages += count
    return i > 0 && messages > portion.messages
  })
  return entries.slice(at, at + (length < 0 ? portion.requests : length))
}

/** The changes in the REQ of an entry; none where it is gone, another one's, or without values. */
function readBody<K extends Parent['kind']>(
  kind: K,
  { rid, rev, number }: Entry,
  item: Item | undefined,
): { changes: Pending<ValueOf[K]>[]; bytes: number } {
  const request = item && readRequest(item)
  if (request?.rid !== rid || request.values === undefined) return { changes: [], bytes: 0 }
  const values = readValues(kind, JSON.parse(request.values))
  const [act, parked] = [request.act, request.parked !== undefined]
  return {
    changes: values.map((value, at) => ({ rid, rev, number: number + at, act, value, parked })),
    bytes: Buffer.byteLength(request.values),
  }
}

/**
 * The changes of a parent's entries, with the values of their REQs, portion by portion in the order
 * of `found`. `settled`: of at least one the REQ is gone, another request's, or without values. So
 * it was settled since its entry was read: MySQL has it, and rows that were read before may lack
 * it. `isEnough` is asked before each portion, with the first entry of it and the bytes of all
 * values so far; `left` are the entries that were not read because of it. Unset, all are read.
 */
export async function readPending<K extends Parent['kind']>(
  table: Table,
  kind: K,
  found: Entry[],
  isEnough: (next: Entry, bytes: number) => boolean = () => false,
): Promise<{ pending: Pending<ValueOf[K]>[]; settled: boolean; left: Entry[] }> {
  // An entry that is being moved out is in the HEAD and among the waiting items.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  const pending: Pending<ValueOf[K]>[] = []
  let [settled, bytes] = [false, 0]
  for (let at = 0; at < entries.length; ) {
    const some = nextPortion(entries, at)
    if (some[0] && isEnough(some[0], bytes)) return { pending, settled, left: entries.slice(at) }
    const items = await table.batchGet(some.map((entry) => requestKey(keyOfRid(entry.rid))))
    for (const [i, entry] of some.entries()) {
      const body = readBody(kind, entry, items[i])
      pending.push(...body.changes)
      settled ||= body.changes.length === 0
      bytes += body.bytes
    }
    at += some.length
  }
  return { pending, settled, left: [] }
}
