import type { ParentPages } from '../mysql/stored-parents.ts'
import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Table } from '../protocol/ports/table.ts'
import { raiseHead } from '../protocol/write/raise-head.ts'

const pageSize = 1_000
/**
 * HEADs that are compared at the same time. That makes a few thousand a second, well below what the
 * table takes.
 */
const parallel = 25
/** Parents between two lines of progress in the log. */
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
  /** False when the time was over before all parents had been compared. */
  complete: boolean
  /** Then this is the key of the last one that was: the next run goes on behind it. */
  next?: string
}

/**
 * Raises every HEAD behind `after` (undefined: from the root) to what is stored below its parent,
 * and makes those that are missing, the root's above all. It never lowers one (P9). It is safe
 * beside running functions, and costs one read for each HEAD that needs nothing. Once `late` says
 * so it ends early, with `complete` false and `next`. Rejects with the errors of the table and of
 * MySQL; it may be repeated.
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
