import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { waitRequest } from '../table/request-writes.ts'
import { putWaiting } from '../table/waiting-items.ts'
import { prune } from './prune.ts'

/**
 * Moves entries out of a HEAD. Per entry one transaction marks REQ and puts the waiting item, if
 * REQ is neither stored nor waiting: moved out after it was stored it would wait for ever. The
 * entry goes from the HEAD in both cases. Throws what a transaction threw (two that move the same
 * entry conflict), after the others were pruned.
 */
export async function moveOut(table: Table, parent: Parent, entries: Entry[]): Promise<void> {
  const moved = await Promise.allSettled(
    entries.map((entry) => table.transact([waitRequest(entry), putWaiting(parent, entry)])),
  )
  const out = entries.filter((_, i) => moved[i]?.status === 'fulfilled')
  if (out.length > 0) await prune(table, parent, out)
  for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
}
