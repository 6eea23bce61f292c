import { root } from '../../functions/protocol/model/parent.ts'
import type { Item } from '../../functions/protocol/ports/table.ts'
import { headCaps } from '../../functions/protocol/table/head.ts'
import { putHead } from '../../functions/protocol/table/head-writes.ts'
import { keptMs } from '../../functions/protocol/table/request-writes.ts'
import { overlayLimits } from '../../functions/read/find-messages.ts'
import { startBackground } from './background.ts'
import { brokenIn, calm, finished, type Known } from './checks/calm.ts'
import { type History, historyOf } from './checks/history.ts'
import { ledgerOf } from './checks/ledger.ts'
import { type Client, pick } from './clients/acting.ts'
import { begin, runClients } from './clients/traffic.ts'
import { type Loss, lose, losses, prepareLoss, restore, settlingMs } from './operator/lost-table.ts'
import { redrive } from './operator/quarantine.ts'
import {
  adopt,
  checkUnrestored,
  type Intruder,
  readUnrestored,
  storedBefore,
  writeUnrestored,
} from './operator/unrestored.ts'
import { type System, systemOf } from './ports.ts'
import { unitsOnAws } from './stores/write-units.ts'
import { endFaults, startFaults } from './world/outages.ts'

// The files of a schedule. traffic.ts chooses what clients do next: making.ts, changing.ts,
// reading.ts; clients.ts calls production's operations for them. background.ts runs persist, sweep
// and reindex. Both get their ports from ports.ts: the stores in memory (table.ts, queue.ts,
// stores.ts, index.ts) behind remote.ts, which lets calls fail as policies.ts and outages.ts say,
// in the virtual time of world.ts. What a client sees is judged at once by history.ts, with
// facts.ts, which knows what was reserved; calm.ts judges what the stores hold in the end, by
// functions/audit/invariants.ts and ledger.ts. quarantine.ts, lost-table.ts and unrestored.ts are
// what a person does, or has failed to do.

export interface Options {
  seed: number
  /** The share of remote calls that something happens to. */
  faults: number
  /** How late a call may arrive whose sender has given it up, ms. */
  strayMs?: number
  /** How long a dependency may be away, ms. */
  longestMs?: number
}
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

const minute = 60_000

/**
 * Of a HEAD: as in production, and so small that a few requests move entries out or are refused.
 */
const caps = [headCaps, { soft: 1, hard: 64 }, { soft: 3, hard: 12 }]
/**
 * Write units a second of each partition key: AWS's, which so few clients never use up, what just
 * settles a batch, less.
 */
const unitsPerSecond = [unitsOnAws, unitsOnAws, 10, 3]
/**
 * How long keys are remembered: mostly longer than a schedule lasts, or so short that they are used
 * anew in it.
 */
const keptFor = [keptMs, keptMs, 10 * minute]
/**
 * Rows that a search looks at itself, beside the index: as in production, or so few that it leaves
 * all to MySQL.
 */
const overlayRows = [overlayLimits.rows, overlayLimits.rows, 2]
/**
 * How much of what is written MySQL refuses: mostly nothing, for what the edge lets through is what
 * it takes.
 */
const refusedShares = [...Array.from({ length: 11 }, () => 0), 0.15]

interface Stage extends Known {
  options: Required<Options>
}

/** The things that differ from schedule to schedule, beside what fails. */
function arrange(options: Required<Options>): Stage {
  const { seed, faults, strayMs } = options
  const system = systemOf(seed, { rate: faults, outages: [], strayMs })
  const { world, units, bounds } = system
  const history = historyOf()
  bounds.caps = pick(world.random, caps) ?? headCaps
  bounds.overlayLimits = {
    ...overlayLimits,
    rows: pick(world.random, overlayRows) ?? overlayLimits.rows,
  }
  bounds.keptMs = pick(world.random, keptFor) ?? keptMs
  units.perSecond = pick(world.random, unitsPerSecond) ?? unitsOnAws
  world.note(`a key of the table takes ${units.perSecond} write units a second`)
  system.queue.outOfOrder = (message) =>
    history.violations.push(`${message.deduplication}: acknowledged out of order`)
  system.table.put(putHead(root))
  return { system, history, ledger: ledgerOf(system, history), options }
}

/**
 * Clients under faults; undefined: they did not come to an end. `begun` is called when there are
 * chats.
 */
async function serve(
  { system, history, options }: Stage,
  begun: () => void,
): Promise<Client | undefined> {
  const { random } = system.world
  // Every third schedule is busy: all clients at once in one chat, so that its entries move while
  // they are read.
  const busy = random() < 0.33
  const refused = pick(random, refusedShares) ?? 0
  // Parking takes twice the writes of settling: with few units many parked ones are at it for
  // longer than anyone waits.
  if (refused > 0) system.units.perSecond = unitsOnAws
  history.promised = startFaults(system, options.faults, options.longestMs)
  startBackground(system)
  let client: Client | undefined
  const work = async () => {
    client = await begin(system, history, busy, refused)
    begun()
    await runClients(client, busy, 'key', 6)
  }
  if (await finished(system, work())) return client
  history.violations.push('the clients did not come to an end in a day')
  return undefined
}

/**
 * The reason why some was parked is gone, and a person sends it again: then it is stored like all
 * else.
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

/** The table is lost and restored; then clients go on, and all of it is right again. */
async function goOn(stage: Stage, client: Client, loss: Loss, items: Item[]): Promise<void> {
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
 * The table is lost and nobody restores it at first: what collides is parked, and is no one's row.
 * Then it is restored, and clients go on.
 */
async function intrude(stage: Stage, client: Client, items: Item[]): Promise<void> {
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

/**
 * One schedule: clients under faults, then quiet, then everything must be right; the same after
 * what was parked is sent again, and after the table was lost.
 */
export async function runSchedule(given: Options): Promise<Result> {
  const stage = arrange({ strayMs: 5000, longestMs: 180 * minute, ...given })
  const { system, history } = stage
  const loss: Loss = pick(system.world.random, losses) ?? 'none'
  let lost: { items: Item[] } = { items: [] }
  const client = await serve(stage, () => {
    lost = prepareLoss(system, loss)
  })
  await calm(stage)
  await mend(stage)
  if (client && (loss === 'emptied' || loss === 'backup'))
    await goOn(stage, client, loss, lost.items)
  if (client && loss === 'unrestored') await intrude(stage, client, lost.items)
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
