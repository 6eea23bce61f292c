import type { ValueOf } from '../../kinds/kinds.ts'
import type { Parent } from '../model/parent.ts'
import type { Range, Row } from '../model/row.ts'
import type { Rows } from '../ports/stores.ts'
import type { Reach } from './reach.ts'

/**
 * So many rows are read by one statement. A row has up to 40 KB (MAX_BODY_BYTES and
 * MAX_METADATA_BYTES at their greatest), so they have 20 MB at most.
 */
const portion = 512

/** The bytes of these rows, nearly: its characters as a response would write them. */
const bytesOf = (rows: Row[]): number =>
  rows.reduce((sum, { value }) => sum + JSON.stringify(value).length, 0)

/**
 * The rows of a range's beginning, at most its limit: portion by portion, until they have more than
 * `bytes`. A thousand of the largest rows would be 40 MB, which is several times as much in memory,
 * and a response takes 5.5 MB. `covered`: up to where they are complete. `full`: they end because
 * of their bytes. Throws MySQL's errors.
 */
export async function rowsInRange<K extends Parent['kind']>(
  source: Rows,
  parent: Extract<Parent, { kind: K }>,
  range: Range,
  bytes: number,
): Promise<{ rows: Row<ValueOf[K]>[]; covered: Reach; full: boolean }> {
  const rows: Row<ValueOf[K]>[] = []
  let left = bytes
  for (;;) {
    const limit = Math.min(portion, range.limit - rows.length)
    const end = rows.at(-1)?.number
    const found = await source.list<K>(parent, { ...behind(range, end), limit })
    rows.push(...found)
    const last = rows.at(-1)?.number
    if (found.length < limit) return { rows, covered: undefined, full: false }
    if (rows.length === range.limit) return { rows, covered: last, full: false }
    left -= bytesOf(found)
    if (left < 0) return { rows, covered: last, full: true }
  }
}

/** What of a range lies behind a number; undefined: all of it. */
const behind = (range: Range, number: number | undefined): Range => {
  if (number === undefined) return range
  return range.order === 'asc' ? { ...range, after: number } : { ...range, before: number }
}
