import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { pruneEntries } from '../table/head-writes.ts'

/** DynamoDB takes 4 KB of expression: 60 entries are about 1.5 KB. */
const pruneChunk = 60

/**
 * Removes entries from a HEAD and raises its fence to the greatest of them, or only removes where
 * it is higher.
 */
export async function prune(table: Table, parent: Parent, found: Entry[]): Promise<void> {
  // A record can be delivered twice in one batch, and DynamoDB refuses a path that is removed
  // twice.
  const entries = [...new Map(found.map((entry) => [entry.rid, entry])).values()]
  for (let at = 0; at < entries.length; at += pruneChunk) {
    const chunk = entries.slice(at, at + pruneChunk)
    const raised = await table.update(pruneEntries(parent, chunk, true))
    // Not raised: the HEAD is missing, or its fence is already there. The second write tells the
    // two apart.
    if (!raised.done && raised.item) await table.update(pruneEntries(parent, chunk, false))
  }
}
