import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { type Head, headKey, readHead } from '../table/head.ts'
import { closeHead, putHead, raiseRev, raiseSeq } from '../table/head-writes.ts'
import { requestItemKey } from '../table/request.ts'
import { prune } from './prune.ts'

/** What MySQL knows of a parent: the least that its HEAD must count. */
export interface StoredCounts {
  parent: Parent
  /** The greatest number among its children, tombstones included; 0 where there are none. */
  lastNumber: number
  /** The greatest rev among its children. */
  childRev: number
  /** Whether the parent itself is deleted. */
  deleted: boolean
  /** Applications only: their own number under the root, unset until their create is stored. */
  number?: number | undefined
}
export interface Raised {
  /** HEADs that were missing. */
  made: number
  /** HEADs whose seq or rev was below what is stored. */
  raised: number
}

/**
 * Prunes the entries whose requests have settled. A backup may be of the moment between the two
 * writes of settling, and nobody would ever do the second. A REQ that is gone, or is another
 * request's by now, has expired. It was read after the HEAD, so its request had settled as well: a
 * settled request is marked before its entry is pruned.
 */
async function pruneSettled(table: Table, parent: Parent, head: Head): Promise<void> {
  const entries = head.entries
  if (entries.length === 0) return
  const items = await table.batchGet(entries.map(({ rid }) => requestItemKey(rid)))
  // Only these two fields are looked at: a REQ that this version cannot read must not stop the
  // restoring.
  const settled = entries.filter(({ rid }, i) => items[i]?.rid !== rid || items[i]?.stored === true)
  if (settled.length > 0) await prune(table, parent, settled)
}

/**
 * Raises a parent's counters to what is stored below it, never lowers them (P9): after the table
 * was lost or came back from a backup, the next number is the greatest stored one + 1. Safe beside
 * running accepts, for each write compares in its own condition. Returns what it changed.
 */
export async function raiseHead(table: Table, stored: StoredCounts): Promise<Raised> {
  const { parent, lastNumber: seq, childRev: rev, number, deleted } = stored
  const item = await table.get(headKey(parent))
  const head = item && readHead(item)
  if (!head)
    await table.put(
      putHead(parent, {
        seq,
        rev,
        ...(number === undefined ? {} : { number }),
        ...(deleted ? { deleted } : {}),
      }),
    )
  // Also where this put it: another put, with less, may have been first.
  const raised =
    head && head.seq >= seq && head.rev >= rev ? [] : [raiseSeq(parent, seq), raiseRev(parent, rev)]
  const written = await Promise.all(raised.map((update) => table.update(update)))
  if (deleted && !head?.deleted) await table.update(closeHead(parent))
  if (head) await pruneSettled(table, parent, head)
  return { made: head ? 0 : 1, raised: head && written.some(({ done }) => done) ? 1 : 0 }
}
