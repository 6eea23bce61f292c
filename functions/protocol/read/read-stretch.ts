import type { Value, ValueOf } from '../../kinds/kinds.ts'
import { type Entry, overlaps } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Range, Row } from '../model/row.ts'
import { emptyHead, type Head } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { merge } from './merge.ts'
import { type Pending, readPending } from './pending.ts'
import { highest, lowest } from './range-bounds.ts'
import type { ReadPorts } from './read-one.ts'
import { waitingInRange } from './waiting-in-range.ts'
import { knownWithoutMySql } from './without-mysql.ts'

/**
 * The beginning of a range, in its order, of which everything is known. `covered`: the number up to
 * which it is; undefined: to the end of the range. `broken`: why what follows cannot be read at the
 * moment.
 */
interface Stretch<V extends Value> {
  known: Known<V>[]
  covered: number | undefined
  broken?: { cause: unknown }
}

/**
 * One stretch of a list, by the order of reads that readOne argues for. Each source is read as far
 * as the range's limit says, and the stretch ends where the shortest of them does. `head` is the
 * parent's image that was read before. Without MySQL: what knownWithoutMySql says, with MySQL's
 * error as the reason why it ends.
 */
export async function readStretch<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
  head: Head,
): Promise<Stretch<ValueOf[K]>> {
  const waiting = await waitingInRange(ports.table, parent, range)
  const inRange = (entry: Entry) => overlaps(entry, lowest(range), highest(range))
  const entries = [...head.entries, ...waiting.entries].filter(inRange)
  const read = () => ports.rows.list<K>(parent, range)
  const [first] = await Promise.allSettled([read()])
  const { pending: all, settled } = await readPending<K>(ports.table, parent.kind, entries)
  const pending = all.filter(
    (change) => change.number >= lowest(range) && change.number <= highest(range),
  )
  if (first.status === 'rejected') {
    const { known, end, whole } = knownWithoutMySql(pending, range, head)
    if (whole) return { known, covered: undefined }
    return known.length < range.limit
      ? { known, covered: end, broken: { cause: first.reason } }
      : { known, covered: end }
  }
  const rows = settled ? await read() : first.value
  const covered = shortest(range, waiting.covered, endOf(rows, range))
  const known = mergeAll(rows, pending, range, covered)
  return { known: await upToImage(ports, parent, head, known), covered }
}

/** The number up to which rows are complete; undefined: fewer than the limit are all there are. */
const endOf = (rows: Row[], range: Range): number | undefined =>
  rows.length >= range.limit ? rows.at(-1)?.number : undefined

/** Which of two ends comes first in the range's order; undefined is the end of the range itself. */
function shortest(range: Range, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return range.order === 'asc' ? Math.min(a, b) : Math.max(a, b)
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
  covered: number | undefined,
): Known<V>[] {
  const byNumber = Map.groupBy(pending, (change) => change.number)
  const rowOf = new Map(rows.map((row) => [row.number, row]))
  const numbers = [...new Set([...rowOf.keys(), ...byNumber.keys()])].sort((a, b) =>
    range.order === 'asc' ? a - b : b - a,
  )
  const reached = (number: number) =>
    covered === undefined || (range.order === 'asc' ? number <= covered : number >= covered)
  return numbers
    .filter(reached)
    .map((number) => merge(rowOf.get(number), byNumber.get(number) ?? []))
    .filter((known) => known !== undefined)
}
