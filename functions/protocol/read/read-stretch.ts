import type { Value, ValueOf } from '../../kinds/kinds.ts'
import { type Entry, overlaps } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Range, Row } from '../model/row.ts'
import type { Item } from '../ports/table.ts'
import { emptyHead, type Head } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting, queryWaiting } from '../table/waiting-items.ts'
import { isNewest, merge } from './merge.ts'
import { type Pending, readPending } from './pending.ts'
import type { ReadPorts } from './read-one.ts'

/**
 * A stretch of numbers of which everything is known. `covered`: how far, undefined: to the end of
 * the range. `broken`: why what follows cannot be read at the moment.
 */
interface Stretch<V extends Value> {
  known: Known<V>[]
  covered: number | undefined
  broken?: { cause: unknown }
}

const lowest = (range: Range): number => (range.after ?? 0) + 1
const highest = (range: Range): number => (range.before ?? Number.MAX_SAFE_INTEGER) - 1

/**
 * Waiting entries of the range's beginning, and how far they are complete. A query begins a batch's
 * length before the range, so it goes on at least until it has reached it; then the last number's
 * other entries are read as well.
 */
async function readWaiting(
  ports: ReadPorts,
  parent: Parent,
  range: Range,
): Promise<{ entries: Entry[]; covered: number | undefined }> {
  const [low, high] = [lowest(range), highest(range)]
  const entries: Entry[] = []
  if (high < low) return { entries, covered: undefined }
  let start: Item | undefined
  for (;;) {
    const page = await queryWaiting(ports.table, parent, low, high, {
      order: range.order,
      limit: range.limit,
      start,
    })
    entries.push(...page.entries)
    const last = entries.at(-1)?.number
    if (!page.next || last === undefined) return { entries, covered: undefined }
    if (range.order === 'desc' || last >= low) {
      entries.push(...(await allWaiting(ports.table, parent, last, last)))
      return { entries, covered: last > low || range.order === 'asc' ? last : undefined }
    }
    start = page.next
  }
}

export async function readStretch<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
  head: Head,
): Promise<Stretch<ValueOf[K]>> {
  const waiting = await readWaiting(ports, parent, range)
  const inRange = (entry: Entry) => overlaps(entry, lowest(range), highest(range))
  const entries = [...head.entries, ...waiting.entries].filter(inRange)
  const read = () => ports.rows.list<K>(parent, range)
  const [first] = await Promise.allSettled([read()])
  const { pending: all, settled } = await readPending<K>(ports.table, parent.kind, entries)
  const pending = all.filter(
    (change) => change.number >= lowest(range) && change.number <= highest(range),
  )
  if (first.status === 'rejected') return fromQueueAlone(pending, range, head, first.reason)
  const rows = settled ? await read() : first.value
  const filled = rows.length >= range.limit ? rows.at(-1)?.number : undefined
  const ends = [waiting.covered, filled].filter((end) => end !== undefined)
  const covered =
    ends.length === 0 ? undefined : range.order === 'asc' ? Math.min(...ends) : Math.max(...ends)
  return {
    known: await upToImage(ports, parent, head, mergeAll(rows, pending, range, covered)),
    covered,
  }
}

/**
 * Of the numbers given out after the image was read a later one may be stored already and an
 * earlier one not, for the queue keeps no order of numbers. A client that goes on behind the later
 * one would never see the earlier: so a page ends where its image did. But the counter may be
 * behind the rows (lost or restored, P9): a number above what it counts even now shows it, and then
 * the rows count.
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

/** Everything that is known of each number up to where all sources reach, in the range's order. */
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

/**
 * MySQL is away: the page's beginning is answered from the queue's side if its numbers follow each
 * other without a gap (a gap is a row that cannot be read) and nothing newer of them can be stored.
 * Not a single one: MySQL's error.
 */
function fromQueueAlone<V extends Value>(
  pending: Pending<V>[],
  range: Range,
  head: Head,
  cause: unknown,
): Stretch<V> {
  const byNumber = Map.groupBy(pending, (change) => change.number)
  const step = range.order === 'asc' ? 1 : -1
  const known: Known<V>[] = []
  let at = range.order === 'asc' ? lowest(range) : Math.min(highest(range), head.seq)
  for (; known.length < range.limit; at += step) {
    const of = byNumber.get(at) ?? []
    const one = isNewest(head, of) ? merge(undefined, of) : undefined
    if (!one) break
    known.push(one)
  }
  const ended = range.order === 'asc' ? at > Math.min(highest(range), head.seq) : at < lowest(range)
  if (ended) return { known, covered: undefined }
  return known.length < range.limit
    ? { known, covered: at - step, broken: { cause } }
    : { known, covered: at - step }
}
