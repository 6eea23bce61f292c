import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { readHead } from '../table/head.ts'
import { pruneEntries } from '../table/head-writes.ts'

/** DynamoDB takes 4 KB of expression: 60 entries are about 1.5 KB. */
const chunkSize = 60

/** The greatest rev among the entries that is not above `most`; undefined: all are. */
function greatestRev(entries: Entry[], most: number): number | undefined {
  const revs = entries.map(({ rev }) => rev).filter((rev) => rev <= most)
  return revs.length === 0 ? undefined : Math.max(...revs)
}

async function pruneChunk(table: Table, parent: Parent, entries: Entry[]): Promise<void> {
  let fence = greatestRev(entries, Number.POSITIVE_INFINITY)
  for (;;) {
    const written = await table.update(pruneEntries(parent, entries, fence))
    if (written.done || !written.item) return
    // Refused: `pruned` is that high already, or some entries are of counters that were lost. It
    // must cover the others all the same, or a late call of one would take a second number.
    const { rev, pruned } = readHead(written.item)
    const next = greatestRev(entries, rev)
    fence = next !== undefined && next > pruned ? next : undefined
  }
}

/**
 * Removes entries from a HEAD and raises its `pruned` to the greatest rev among them that the HEAD
 * has counted to; where `pruned` is higher already it only removes them.
 */
export async function prune(table: Table, parent: Parent, found: Entry[]): Promise<void> {
  // A reservation can come twice in one batch, and DynamoDB refuses a path that is removed twice.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  for (let at = 0; at < entries.length; at += chunkSize)
    await pruneChunk(table, parent, entries.slice(at, at + chunkSize))
}
