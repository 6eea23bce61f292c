import type { Item } from '../../functions/protocol/ports/table.ts'
import { minute, type Stage } from './arrange.ts'
import { brokenIn, calm, finished } from './checks/calm.ts'
import type { Client } from './clients/acting.ts'
import { runClients } from './clients/traffic.ts'
import { type Loss, lose, restore, settlingMs } from './operator/lost-table.ts'
import {
  adopt,
  checkUnrestored,
  type Intruder,
  readUnrestored,
  storedBefore,
  writeUnrestored,
} from './operator/unrestored.ts'
import { endFaults, startFaults } from './world/outages.ts'

/** The table is lost and restored. Then clients go on, and in the end all of it is right again. */
export async function goOn(stage: Stage, client: Client, loss: Loss, items: Item[]): Promise<void> {
  const { system, options } = stage
  system.faults.rate = options.faults
  const restored = await finished(system, lose(system, items))
  if (!restored) stage.history.violations.push('the counters did not come back')
  await serveAgain(stage, client)
  await calm(stage, { settlingMs: settlingMs(loss) })
}

async function serveAgain({ system, history, options }: Stage, client: Client): Promise<void> {
  history.promised = startFaults(system, options.faults, options.longestMs)
  // The keys went with the table.
  const again = runClients({ ...client, keyed: [], refused: 0 }, false, 'again', 2)
  if (!(await finished(system, again)))
    history.violations.push('the clients did not come to their second end')
}

/**
 * The table is lost, and clients write before anybody restores it: what collides is parked, and
 * replaces no row. Then it is restored, and clients go on.
 */
export async function writeBeforeRestoring(
  stage: Stage,
  client: Client,
  items: Item[],
): Promise<void> {
  const { system, history, options } = stage
  const before = storedBefore(system)
  startFaults(system, options.faults, options.longestMs)
  const intruders: Intruder[] = []
  if (!(await finished(system, writeUnrestored(client, items, intruders))))
    history.violations.push('the intruders did not come to an end')
  await endFaults(system)
  await system.world.run(system.world.now + settlingMs('unrestored'))
  history.violations.push(...checkUnrestored(client, before, intruders))
  adopt(client, intruders)
  const read = readUnrestored(client, 10 * minute).then(
    (found) => void history.violations.push(...found),
  )
  if (!(await finished(system, read))) history.violations.push('the reads did not come to an end')
  await endFaults(system)
  if (!(await finished(system, restore(system))))
    history.violations.push('the counters did not come back')
  history.violations.push(...brokenIn(system))
  await serveAgain(stage, client)
  await calm(stage, { settlingMs: settlingMs('unrestored'), collided: true })
}
