import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { suspend } from '../../../functions/protocol/write/suspend.ts'
import { pathTo } from '../checks/history.ts'
import type { Suspended } from '../checks/suspended.ts'
import { type Client, doneInTime, pause, pick } from '../clients/acting.ts'
import { portsOf } from '../ports.ts'
import { randomOf } from '../world/world.ts'

/** One schedule in so many has it. */
const oneIn = 6

/**
 * Whether somebody suspends an application in the schedule of this seed. It is not a draw of the
 * world's chance, so that the other schedules stay what they were.
 */
export const isSuspended = (seed: number): boolean => randomOf(seed ^ 0x5a5b5c5d)() < 1 / oneIn

/**
 * `npm run suspend -- --apply`, while clients write to the application, and `--lift` some time
 * later. Each is repeated until it is acknowledged.
 */
export async function suspendForAWhile({ system, history, applications }: Client): Promise<void> {
  const { random } = system.world
  await pause(system, random() * 10_000)
  const application = pick(random, applications)
  if (application === undefined) return
  const suspended: Suspended = {
    application,
    reads: random() < 0.5,
    begunAt: system.world.now,
    ackedAt: undefined,
    liftingAt: undefined,
    liftedAt: undefined,
  }
  history.suspensions.push(suspended)
  const until = async (wanted: 'writes' | 'all' | undefined) => {
    const app = appKey(pathTo(history, application).token)
    const once = () => {
      const { table } = portsOf(system, { name: 'suspend', alive: true })
      return doneInTime(system, suspend(table, app, wanted))
    }
    while (!(await once())) await pause(system, 1_000)
    system.world.note(`${application}: ${wanted ?? 'nothing'} is suspended`)
    return system.world.now
  }
  suspended.ackedAt = await until(suspended.reads ? 'all' : 'writes')
  // A late call of the suspending must not come after the lifting: a person takes longer as well.
  await pause(system, system.faults.strayMs + 5_000 + random() * 60_000)
  suspended.liftingAt = system.world.now
  suspended.liftedAt = await until(undefined)
}
