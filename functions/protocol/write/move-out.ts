import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { waitRequest } from '../table/request-writes.ts'
import { putWaiting } from '../table/waiting-items.ts'
import { prune } from './prune.ts'

/**
 * Moves entries out of a HEAD. For each, one transaction marks the REQ as waiting and puts the
 * waiting item, unless the REQ is stored (its item would wait for ever) or waiting already. The
 * entry leaves the HEAD in either case. What a transaction throws (two that move the same entry
 * conflict) is thrown after the other entries were pruned.
 */
export async function moveOut(table: Table, parent: Parent, entries: Entry[]): Promise<void> {
  const moved = await Promise.allSettled(
    entries.map((entry) => table.transact([waitRequest(entry), putWaiting(parent, entry)])),
  )
  const out = entries.filter((_, i) => moved[i]?.status === 'fulfilled')
  if (out.length > 0) await prune(table, parent, out)
  for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
}
