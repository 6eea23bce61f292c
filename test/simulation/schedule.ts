import type { Item } from '../../functions/protocol/ports/table.ts'
import { goOn, writeBeforeRestoring } from './after-loss.ts'
import { arrange, minute, type Options, type Stage } from './arrange.ts'
import { startBackground } from './background.ts'
import { calm, finished } from './checks/calm.ts'
import type { History } from './checks/history.ts'
import { type Client, pick } from './clients/acting.ts'
import { begin, runClients } from './clients/traffic.ts'
import { type Loss, losses, prepareLoss } from './operator/lost-table.ts'
import { redrive } from './operator/quarantine.ts'
import { isSuspended, suspendForAWhile } from './operator/suspension.ts'
import { unitsOnAws } from './stores/write-units.ts'
import type { System } from './system.ts'
import { startFaults } from './world/outages.ts'

export interface Result {
  seed: number
  violations: string[]
  /**
   * Errors of the code itself: there must be none, and where there are, violations show nothing.
   */
  crashes: string[]
  history: History
  /** Sums of persist's metrics. */
  counted: System['counted']
  /** What happened, line by line. */
  lines: string[]
}

/**
 * The share of what is written that MySQL refuses: mostly nothing, for the edge lets through only
 * what MySQL takes.
 */
const refusedShares = [...Array.from({ length: 11 }, () => 0), 0.15]

/**
 * Clients under faults; returns undefined where they did not come to an end. `begun` is called as
 * soon as there are chats. `suspending`: an operator suspends an application meanwhile.
 */
async function serve(
  { system, history, options }: Stage,
  begun: () => void,
  suspending: boolean,
): Promise<Client | undefined> {
  const { random } = system.world
  // Every third schedule is busy: all clients at once in one chat, so that its entries move while
  // they are read.
  const busy = random() < 0.33
  const refused = pick(random, refusedShares) ?? 0
  // Parking takes twice the writes of settling: with few units, many parked requests would take
  // longer than the checks wait.
  if (refused > 0) system.units.perSecond = unitsOnAws
  history.promised = startFaults(system, options.faults, options.longestMs)
  startBackground(system)
  let client: Client | undefined
  const work = async () => {
    client = await begin(system, history, busy, refused)
    begun()
    const clients = runClients(client, busy, 'key', 6)
    await Promise.all(suspending ? [clients, suspendForAWhile(client)] : [clients])
  }
  if (await finished(system, work())) return client
  history.violations.push('the clients did not come to an end in a day')
  return undefined
}

/**
 * What was parked could be stored by now, and an operator sends it again: then it is stored like
 * all else.
 */
async function mend(stage: Stage): Promise<void> {
  const { system, history, options } = stage
  if (system.quarantine.length === 0) return
  system.world.note(`${system.quarantine.length} in quarantine are sent again`)
  system.stores.refused.clear()
  history.promised = startFaults(system, options.faults, options.longestMs)
  if (!(await finished(system, redrive(system))))
    history.violations.push('the quarantine was not emptied')
  await calm(stage)
  if (system.quarantine.length > 0)
    history.violations.push(`${system.quarantine.length} in quarantine after redrive`)
}

/**
 * One schedule (README.md): clients under faults, then quiet, then everything must be right; and so
 * again after what was parked was sent again, and after the table was lost.
 */
export async function runSchedule(given: Options): Promise<Result> {
  const stage = arrange({ strayMs: 5000, longestMs: 180 * minute, ...given })
  const { system, history } = stage
  const loss: Loss = pick(system.world.random, losses) ?? 'none'
  let lost: { items: Item[] } = { items: [] }
  // A backup would bring a suspension back that was lifted since.
  const suspending = loss === 'none' && isSuspended(given.seed)
  const begun = () => {
    lost = prepareLoss(system, loss)
  }
  const client = await serve(stage, begun, suspending)
  await calm(stage)
  await mend(stage)
  if (client && (loss === 'emptied' || loss === 'backup'))
    await goOn(stage, client, loss, lost.items)
  if (client && loss === 'unrestored') await writeBeforeRestoring(stage, client, lost.items)
  const { counted, world } = system
  return {
    seed: given.seed,
    violations: [...new Set(history.violations)],
    crashes: [...world.crashes],
    history,
    counted,
    lines: world.history,
  }
}
