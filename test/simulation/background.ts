import type { RefillState } from '../../functions/opensearch/refill-state.ts'
import { persist } from '../../functions/persist/persist.ts'
import { reindex } from '../../functions/reindex/reindex.ts'
import { sweep } from '../../functions/sweep/sweep.ts'
import { portsOf } from './ports.ts'
import type { System } from './system.ts'
import { isCrash } from './world/crash.ts'

const minute = 60_000

/**
 * The queue's event source: up to three batches at once, each in an instance that lives 20 s at
 * most.
 */
function consume(system: System): void {
  const { world, queue, faults } = system
  let running = 0
  const wake = (ms: number) => void world.after(ms + 20 + world.random() * 100, poll)
  const poll = () => {
    if (running >= 3) return
    const records = queue.receive(10)
    if (records.length === 0) return
    running += 1
    const process = { name: `persist-${world.now % 1_000_000}`, alive: true }
    const end = world.now + 20_000
    let over = false
    const release = () => {
      if (over) return
      over = true
      running -= 1
      wake(0)
    }
    world.after(20_000, () => {
      process.alive = false
      release()
    })
    void persist(portsOf(system, process), records, () => end - world.now).then((failures) => {
      if (!process.alive) return
      release()
      const failed = new Set(failures.map((failure) => failure.itemIdentifier))
      const done = records
        .filter((record) => !failed.has(record.messageId))
        .map((record) => record.receiptHandle)
      // The event source itself may fail to delete: everything comes again.
      if (world.random() >= faults.rate) queue.remove(done)
    })
    wake(0)
  }
  queue.wake = wake
}

/** Runs a scheduled function now and every minute; a failed run is followed by the next. */
function everyMinute(
  system: System,
  name: string,
  run: (process: { name: string; alive: boolean }) => Promise<unknown>,
): void {
  const tick = () => {
    system.world.after(minute, tick)
    const process = { name, alive: true }
    run(process).catch((error: unknown) => {
      system.world.note(`${name} failed: ${String(error)}`)
      if (isCrash(error)) system.world.crashes.add(`${name}: ${String(error)}`)
    })
  }
  system.world.after(system.world.random() * minute, tick)
}

/** The simulated index is never lost as a whole; refilling is tested against the real one. */
const wholeIndex: RefillState = {
  read: async () => ({ complete: true, after: undefined, madeMs: 0 }),
  remember: async () => undefined,
  complete: async () => undefined,
  restart: async () => undefined,
}

/** What runs while nobody asks: the queue's consumer, the schedules, and the table's expiry. */
export function startBackground(system: System): void {
  const { world } = system
  consume(system)
  everyMinute(system, 'sweep', (process) => {
    const end = world.now + 50_000
    return sweep(portsOf(system, process), () => end - world.now)
  })
  everyMinute(system, 'reindex', (process) => {
    const ports = {
      ...portsOf(system, process),
      refillState: wholeIndex,
      unindexPage: async () => undefined,
    }
    return reindex(ports, world.now + 45_000)
  })
  const expire = () => {
    system.table.expire()
    world.after(10 * minute, expire)
  }
  expire()
}
