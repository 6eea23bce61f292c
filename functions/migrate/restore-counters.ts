import type { ParentPages } from '../mysql/stored-parents.ts'
import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Table } from '../protocol/ports/table.ts'
import { raiseHead } from '../protocol/write/raise-head.ts'

const pageSize = 1_000
/**
 * How many HEADs are looked at at once: a few thousand a second, well below what the table takes.
 */
const parallel = 25
/** So many parents between two lines of progress. */
const logEvery = 50_000

export interface RestorePorts {
  parents: ParentPages
  table: Table
  log: Log
}
export interface Restored {
  parents: number
  made: number
  raised: number
  /** Not, when the time was over before all parents were looked at. */
  complete: boolean
  /** Then the key of the last one that was looked at: the next run goes on behind it. */
  next?: string
}

/**
 * Raises every HEAD behind `after` (undefined: from the root) to what is stored below its parent,
 * and makes those that are missing, the root's above all; never lowers one (P9). Safe beside
 * running functions, and cheap where nothing is to be done: one read each. Ends early, with
 * `complete` false and `next`, once `late` says so. Rejects with the table's or MySQL's errors; it
 * may be repeated.
 */
export async function restoreCounters(
  ports: RestorePorts,
  late: () => boolean,
  after?: Parent,
): Promise<Restored> {
  const sum = { parents: 0, made: 0, raised: 0 }
  let cursor = after
  while (!late()) {
    const page = await ports.parents(cursor, pageSize)
    const last = page.at(-1)?.parent
    if (!last) return { ...sum, complete: true }
    for (let at = 0; at < page.length; at += parallel) {
      const raised = await Promise.all(
        page.slice(at, at + parallel).map((stored) => raiseHead(ports.table, stored)),
      )
      for (const one of raised) {
        sum.made += one.made
        sum.raised += one.raised
      }
    }
    const before = sum.parents
    sum.parents += page.length
    cursor = last
    if (Math.floor(before / logEvery) < Math.floor(sum.parents / logEvery))
      ports.log('counters_restored', { ...sum })
  }
  return { ...sum, complete: false, ...(cursor ? { next: parentKey(cursor) } : {}) }
}
