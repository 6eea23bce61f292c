import type { Value, ValueOf } from '../../kinds/kinds.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Range, Row } from '../model/row.ts'
import type { Table } from '../ports/table.ts'
import { emptyHead, type Head } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { merge } from './merge.ts'
import { type Pending, readPending } from './pending.ts'
import {
  beginsBehind,
  entriesWithin,
  filledBy,
  isReached,
  nearest,
  type Reach,
  reachBefore,
} from './reach.ts'
import type { ReadPorts } from './read-one.ts'
import { rowsInRange } from './rows-in-range.ts'
import { waitingInRange } from './waiting-in-range.ts'
import { withOwnEdits } from './with-own-edits.ts'
import { knownWithoutMySql } from './without-mysql.ts'

/**
 * The beginning of a range, in its order, of which everything is known up to `covered`. `full`: it
 * ends there because so many bytes were read. `broken`: why what follows cannot be read at the
 * moment.
 */
interface Stretch<V extends Value> {
  known: Known<V>[]
  covered: Reach
  full: boolean
  broken?: { cause: unknown }
}

/**
 * A stretch ends where the values read from REQs, or those of rows, have so many bytes. A response
 * takes 5.5 MB (api/response-room.ts), so more of them could not be shown at once.
 */
const valueBytes = 8 * 1024 * 1024

/**
 * One stretch of a list, by the order of reads that readOne argues for. Each source is read as far
 * as the range's limit says, and the stretch ends where the shortest of them does. The entries have
 * as many numbers as their counts say; values are read only of those that the stretch reaches, for
 * a thousand that wait may be batches of a hundred. `head` is the parent's image that was read
 * before. Without MySQL: what knownWithoutMySql says, with MySQL's error as the reason why it ends.
 */
export async function readStretch<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
  head: Head,
): Promise<Stretch<ValueOf[K]>> {
  const waiting = await waitingInRange(ports.table, parent, range)
  const entries = [...head.entries, ...waiting.entries]
  const read = () => rowsInRange<K>(ports.rows, parent, range, valueBytes)
  const [first] = await Promise.allSettled([read()])
  const rowsEnd = first.status === 'fulfilled' ? first.value.covered : undefined
  const wanted = nearest(range, [waiting.covered, filledBy(range, entries), rowsEnd])
  const { pending, settled, full, complete } = await pendingWithin<K>(
    ports.table,
    parent.kind,
    range,
    entries,
    wanted,
  )
  if (first.status === 'rejected') {
    const reached = pending.filter(({ number }) => isReached(range, complete, number))
    const { known: pendingOnly, end, whole } = knownWithoutMySql(reached, range, head)
    const own = await withOwnEdits<K>(ports, parent, range, head, pendingOnly)
    if (whole) return { covered: undefined, full, ...own }
    return pendingOnly.length < range.limit
      ? { covered: end, full, broken: { cause: first.reason }, ...own }
      : { covered: end, full, ...own }
  }
  const stored = settled ? await read() : first.value
  const covered = nearest(range, [complete, stored.covered])
  const merged = mergeAll(stored.rows, pending, range, covered)
  const known = await upToImage(ports, parent, head, merged)
  const own = await withOwnEdits<K>(ports, parent, range, head, known)
  return { covered, full: full || stored.full, ...own }
}

/** The changes of the range's entries; `complete`: up to where all of what they say was read. */
async function pendingWithin<K extends Parent['kind']>(
  table: Table,
  kind: K,
  range: Range,
  entries: Entry[],
  wanted: Reach,
): Promise<{ pending: Pending<ValueOf[K]>[]; settled: boolean; full: boolean; complete: Reach }> {
  const some = entriesWithin(range, wanted, entries)
  // Not before all of the first number is read: the next stretch would begin with it again.
  const isEnough = (next: Entry, bytes: number) =>
    bytes > valueBytes && some[0] !== undefined && beginsBehind(range, next, some[0])
  const { left, ...read } = await readPending(table, kind, some, isEnough)
  const complete = nearest(range, [wanted, left[0] && reachBefore(range, left[0])])
  return { ...read, full: left.length > 0, complete }
}

/**
 * Of the numbers given out after the image was read, 9 may be stored already and 8 not, for the
 * queue keeps no order of numbers. A client that goes on behind 9 would never see 8: so a page ends
 * where its image did (docs/protocol.md#a-list-ends-at-its-image). But the counter may be behind
 * the rows (P9). If the HEAD, read again, still counts less than the greatest row, the rows are
 * right.
 */
async function upToImage<V extends Value>(
  ports: ReadPorts,
  parent: Parent,
  image: Head,
  known: Known<V>[],
): Promise<Known<V>[]> {
  const greatest = Math.max(...known.map(({ row }) => row.number))
  if (greatest <= image.seq) return known
  const { head = emptyHead } = await readHeads(ports.table, parent)
  return head.seq < greatest ? known : known.filter(({ row }) => row.number <= image.seq)
}

/** What is known of each number up to `covered`, in the range's order. */
function mergeAll<V extends Value>(
  rows: Row<V>[],
  pending: Pending<V>[],
  range: Range,
  covered: Reach,
): Known<V>[] {
  const byNumber = Map.groupBy(pending, (change) => change.number)
  const rowOf = new Map(rows.map((row) => [row.number, row]))
  const numbers = [...new Set([...rowOf.keys(), ...byNumber.keys()])].sort((a, b) =>
    range.order === 'asc' ? a - b : b - a,
  )
  return numbers
    .filter((number) => isReached(range, covered, number))
    .map((number) => merge(rowOf.get(number), byNumber.get(number) ?? []))
    .filter((known) => known !== undefined)
}
