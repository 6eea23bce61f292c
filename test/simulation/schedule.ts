import * as v from 'valibot'
import { type Finding, invariants } from '../../functions/audit/invariants.ts'
import { headEntries, putHead } from '../../functions/protocol/head.ts'
import { root } from '../../functions/protocol/parent.ts'
import { kept } from '../../functions/protocol/transitions.ts'
import { startBackground } from './background.ts'
import {
  type Client,
  create,
  edit,
  list,
  open,
  pause,
  pick,
  postNowhere,
  removeChat,
  removeMessage,
  replay,
  reuse,
  show,
} from './behaviour.ts'
import { postApplication, postChat } from './clients.ts'
import { type History, historyOf } from './history.ts'
import { checkLedger, type Ledger, ledgerOf } from './ledger.ts'
import { type Loss, lose, losses, prepareLoss, settlingMs } from './lost-table.ts'
import { type System, systemOf } from './ports.ts'
import type { Dependency, Outage } from './remote.ts'
import { snapshotOf } from './snapshot.ts'
import { unitsOnAws, type WriteUnits } from './write-units.ts'

export interface Options {
  seed: number
  /** The share of remote calls that something happens to. */
  faults: number
  /** How late a call may arrive whose sender has given it up, ms. */
  strayMs?: number
  /** How long MySQL may be away, ms. */
  longestMs?: number
}
export interface Result {
  seed: number
  violations: string[]
  history: History
  /** What happened, line by line. */
  lines: string[]
}

const minute = 60_000
/** Of a HEAD: as in production, and so small that a few requests move entries out or are refused. */
const caps = [
  { soft: 64, hard: 256 },
  { soft: 1, hard: 64 },
  { soft: 3, hard: 12 },
]
/** Write units a second of each partition key: AWS's, which so few clients never use up, what just settles a batch, less. */
const unitsPerSecond = [unitsOnAws, unitsOnAws, 10, 3]
/** How long keys are remembered: mostly longer than a schedule lasts, or so short that they are used anew in it. */
const keptFor = [24 * 60 * minute, 24 * 60 * minute, 10 * minute]
/**
 * P6: how long after the last fault everything must have arrived. Settling ten that had to wait takes ten units of one
 * key at once. A table that does not have them refuses some to the end, and after an outage each repeat is 64 s away.
 */
const convergenceMs = ({ perSecond }: WriteUnits): number => (perSecond < 10 ? 10 * minute : 150_000)

function outagesOf(system: System, rate: number, longestMs: number): Outage[] {
  const { random, now } = system.world
  if (rate === 0) return []
  const candidates: [Dependency, number][] = [
    ['sqs', 60 * minute],
    ['mysql', longestMs],
    ['opensearch', 60 * minute],
    ['dynamodb', 20_000],
  ]
  return candidates
    .filter(() => random() < 0.25)
    .map(([dependency, longest]) => {
      const from = now + random() * 40_000
      return {
        dependency,
        from,
        to: from + random() * random() * longest,
        manner: random() < 0.5 ? 'refusing' : 'silent',
      }
    })
}

/** Asks with one key until it is answered. */
async function insist<T>(
  system: System,
  ask: () => Promise<{ status: number; body?: unknown } | undefined>,
  read: (body: unknown) => T,
): Promise<T> {
  for (;;) {
    const seen = await ask()
    if (seen?.status === 201) return read(seen.body)
    await pause(system, 1000)
  }
}

/** What the clients of a schedule share: one application, its chats, the keys that were answered. */
type Shared = Pick<Client, 'token' | 'chats' | 'keyed'> & { busy: boolean }

async function begin(system: System): Promise<Shared> {
  const { random } = system.world
  const token = await insist(
    system,
    () => postApplication(system, 'simulated', 'the application of the schedule'),
    (body) => v.parse(v.object({ token: v.string() }), body).token,
  )
  const number = (body: unknown) => v.parse(v.object({ number: v.number() }), body).number
  const chats: number[] = []
  // Every third schedule is busy: all clients at once in one chat, so that its entries move while they are read.
  const busy = random() < 0.33
  for (const title of busy ? ['a'] : ['a', 'b']) {
    const key = random() < 0.8 ? `chat ${title}` : undefined
    chats.push(await insist(system, () => postChat(system, token, title, key), number))
  }
  return { token, chats, keyed: [], busy }
}

/** One step of one client. */
async function act(client: Client, key: string | undefined): Promise<void> {
  const dice = client.system.world.random()
  if (dice < 0.5) await create(client, key)
  else if (dice < 0.56) await open(client, key)
  else if (dice < 0.63) await replay(client)
  else if (dice < 0.66) await reuse(client)
  else if (dice < 0.78) await edit(client)
  else if (dice < 0.83) await removeMessage(client)
  else if (dice < 0.86) await removeChat(client)
  else if (dice < 0.88) await postNowhere(client)
  else if (dice < 0.9) await show(client)
  else await list(client)
}

/** Four clients beside each other, some steps each; `name` keeps their keys apart from earlier ones. */
async function runClients(system: System, history: History, shared: Shared, name: string, steps: number) {
  const { random } = system.world
  const client: Client = { system, history, ...shared }
  await Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; i < steps; i++) {
        await pause(system, random() < 0.1 ? random() * 20 * minute : random() * (shared.busy ? 120 : 3000))
        await act(client, random() < 0.6 ? `${name}-${n}-${i}` : undefined)
      }
    }),
  )
}

const broken = (findings: Finding[], except: string[] = []): string[] =>
  findings
    .filter((finding) => !except.includes(finding.invariant))
    .flatMap((f) => f.violations.map((text) => `${f.invariant}: ${text}`))

/** Lets virtual time go on until the work is done; false when that takes more than a day. */
async function finished(system: System, work: Promise<void>): Promise<boolean> {
  const limit = system.world.now + 24 * 60 * minute
  let over = false
  const watched = work.finally(() => {
    over = true
  })
  watched.catch(() => undefined)
  while (!over && system.world.now < limit) await system.world.run(system.world.now + minute)
  if (over) await watched
  return over
}

/** Ends all faults, and looks whether everything is right: soon, and when what was never reserved is given up. */
async function calm(
  system: System,
  history: History,
  ledger: Ledger,
  settlingMs = 35 * minute,
): Promise<void> {
  const { world, faults } = system
  await world.run(Math.max(world.now, ...faults.outages.map((outage) => outage.to)))
  faults.rate = 0
  faults.outages = []
  world.note('quiet from here on')
  await world.run(world.now + convergenceMs(system.units))
  history.violations.push(...broken(invariants(snapshotOf(system)), ['nothing waits']), ...ledger.waiting())
  // Requests that were never reserved take a quarter of an hour to be given up.
  await world.run(world.now + settlingMs)
  history.violations.push(...broken(invariants(snapshotOf(system))))
  history.violations.push(...checkLedger(ledger, system, history))
}

/** One schedule: clients under faults, then quiet, then everything must be right; and the same after a table was lost. */
export async function runSchedule({
  seed,
  faults,
  strayMs = 5000,
  longestMs = 180 * minute,
}: Options): Promise<Result> {
  const system = systemOf(seed, { rate: faults, outages: [], strayMs })
  const { world } = system
  const history = historyOf()
  Object.assign(headEntries, pick(world.random, caps))
  kept.ms = pick(world.random, keptFor) ?? 0
  system.units.perSecond = pick(world.random, unitsPerSecond) ?? unitsOnAws
  world.note(`a key of the table takes ${system.units.perSecond} write units a second`)
  history.faultless = faults === 0 && system.units.perSecond === unitsOnAws
  const loss: Loss = pick(world.random, losses) ?? 'none'
  system.queue.outOfOrder = (message) =>
    history.violations.push(`${message.deduplication}: acknowledged out of order`)
  const ledger = ledgerOf(system, history)
  system.table.put(putHead(root))
  system.faults.outages = outagesOf(system, faults, longestMs)
  for (const { dependency, from, to, manner } of system.faults.outages)
    world.note(`${dependency} away ${manner} from ${from - world.now} to ${to - world.now}`)
  startBackground(system)
  const lost = prepareLoss(system, loss)
  let shared: Shared | undefined
  const clients = async () => {
    shared = await begin(system)
    await runClients(system, history, shared, 'key', 6)
  }
  const again = async (last: Shared) => {
    await lose(system, lost)
    system.faults.outages = outagesOf(system, faults, longestMs)
    // The keys went with the table.
    await runClients(system, history, { ...last, keyed: [] }, 'again', 2)
  }
  const ended = await finished(system, clients())
  if (!ended) history.violations.push('the clients did not come to an end in a day')
  await calm(system, history, ledger)
  if (ended && shared && (loss === 'emptied' || loss === 'backup')) {
    system.faults.rate = faults
    if (!(await finished(system, again(shared)))) history.violations.push('the counters did not come back')
    await calm(system, history, ledger, settlingMs(loss))
  }
  return { seed, violations: [...new Set(history.violations)], history, lines: world.history }
}
