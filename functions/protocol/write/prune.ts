import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { pruneEntries } from '../table/head-writes.ts'

/** DynamoDB takes 4 KB of expression: 60 entries are about 1.5 KB. */
const pruneChunk = 60

/**
 * Removes entries from a HEAD and raises its fence to the greatest rev among them; where the fence
 * is higher already, or may not rise so far, it only removes them.
 */
export async function prune(table: Table, parent: Parent, found: Entry[]): Promise<void> {
  // A record can come twice in one batch, and DynamoDB refuses a path that is removed twice.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  for (let at = 0; at < entries.length; at += pruneChunk) {
    const chunk = entries.slice(at, at + pruneChunk)
    const raised = await table.update(pruneEntries(parent, chunk, true))
    // Refused, and there is a HEAD: its fence cannot rise to here.
    if (!raised.done && raised.item) await table.update(pruneEntries(parent, chunk, false))
  }
}
