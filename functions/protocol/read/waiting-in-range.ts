import { batchLimit } from '../../limits/limits.ts'
import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Range } from '../model/row.ts'
import type { Item, Table } from '../ports/table.ts'
import { allWaiting, queryWaiting } from '../table/waiting-items.ts'
import { highest, lowest, type Reach } from './reach.ts'

/**
 * The waiting entries of a range's beginning, at least as many as its limit where there are more.
 * `covered`: up to where they are complete. A query begins a batch's length before the range (see
 * queryWaiting), so it asks for so many more, and pages are read until one has reached the range;
 * then the other entries of the last number are read as well.
 */
export async function waitingInRange(
  table: Table,
  parent: Parent,
  range: Range,
): Promise<{ entries: Entry[]; covered: Reach }> {
  const [low, high] = [lowest(range), highest(range)]
  const entries: Entry[] = []
  if (high < low) return { entries, covered: undefined }
  let start: Item | undefined
  for (;;) {
    const page = await queryWaiting(table, parent, low, high, {
      order: range.order,
      limit: range.limit + batchLimit,
      start,
    })
    entries.push(...page.entries)
    const last = entries.at(-1)?.number
    if (!page.next || last === undefined) return { entries, covered: undefined }
    if (range.order === 'desc' || last >= low) {
      entries.push(...(await allWaiting(table, parent, last, last)))
      return { entries, covered: last > low || range.order === 'asc' ? last : undefined }
    }
    start = page.next
  }
}
