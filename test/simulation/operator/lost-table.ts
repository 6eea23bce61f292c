import { restoreCounters } from '../../../functions/migrate/restore-counters.ts'
import type { Item } from '../../../functions/protocol/ports/table.ts'
import { doneInTime, pause } from '../clients/acting.ts'
import { portsOf } from '../ports.ts'
import type { System } from '../system.ts'

const minute = 60_000

/**
 * What becomes of the table (P9). `beside`: nothing, but counters are raised while everything runs,
 * as each deploy does. `emptied`: all of it is lost. `backup`: it comes back as it was at some
 * moment before. `unrestored`: so it does, and clients write before the counters are restored.
 */
export type Loss = 'none' | 'beside' | 'emptied' | 'backup' | 'unrestored'
/** In most schedules nothing: a second part takes time. */
export const losses: Loss[] = [
  ...Array.from({ length: 12 }, (): Loss => 'none'),
  'beside',
  'emptied',
  'backup',
  'unrestored',
]

/** What a backup brings back as on its way is due when the sweep had set it: up to 6 h later. */
export const settlingMs = (loss: Loss): number =>
  (loss === 'backup' || loss === 'unrestored' ? 6 * 60 : 35) * minute

const againMs = 10_000

/** `npm run restore-counters`, repeated until it came to its end. */
export async function restore(system: System): Promise<void> {
  for (;;) {
    const { parents, table } = portsOf(system, { name: 'restore', alive: true })
    const run = restoreCounters({ parents, table, log: () => undefined }, () => false)
    const complete = run.then((restored) => restored.complete)
    if (await doneInTime(system, complete)) return
    await pause(system, againMs)
  }
}

/**
 * Chooses the moment of the backup, or of raising counters beside all else. Returns what the table
 * will come back with.
 */
export function prepareLoss(system: System, loss: Loss): { items: Item[] } {
  const lost: { items: Item[] } = { items: [] }
  const { world, table } = system
  const at = world.random() * 3 * minute
  if (loss === 'backup' || loss === 'unrestored')
    world.after(at, () => {
      lost.items = structuredClone([...table.items.values()])
    })
  if (loss === 'beside') world.after(at, () => void restore(system))
  return lost
}

/**
 * Nothing is accepted and nothing on its way: the table is replaced, and its counters are restored.
 */
export async function lose(system: System, items: Item[]): Promise<void> {
  system.world.note(`the table is lost; ${items.length} items come back`)
  system.table.replace(items)
  await restore(system)
}
