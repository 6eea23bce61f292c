import { type Finding, invariants } from '../../functions/audit/invariants.ts'
import { headEntries, putHead } from '../../functions/protocol/head.ts'
import { root } from '../../functions/protocol/parent.ts'
import { kept } from '../../functions/protocol/transitions.ts'
import { type Client, pause, pick } from './acting.ts'
import { startBackground } from './background.ts'
import { aboveOf, type History, historyOf } from './history.ts'
import { checkLedger, type Ledger, ledgerOf } from './ledger.ts'
import { type Loss, lose, losses, prepareLoss, settlingMs } from './lost-table.ts'
import { type System, systemOf } from './ports.ts'
import { list, search, show, someMessage } from './reading.ts'
import type { Dependency, Outage } from './remote.ts'
import { snapshotOf } from './snapshot.ts'
import { unitsOnAws, type WriteUnits } from './write-units.ts'
import { create, edit, postNowhere, remove, replay, reuse } from './writing.ts'

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
  history: History
  /** What happened, line by line. */
  lines: string[]
}

const minute = 60_000
/** How likely each dependency is to be away. Without DynamoDB nobody can do anything: that is dull, and seldom. */
const outageChances: [Dependency, number][] = [
  ['sqs', 0.25],
  ['mysql', 0.3],
  ['opensearch', 0.25],
  ['dynamodb', 0.12],
]
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

/** Each dependency may be away, from the beginning on or later, again too, for seconds or for hours. */
function outagesOf(system: System, rate: number, longestMs: number): Outage[] {
  const { random, now } = system.world
  if (rate === 0) return []
  return outageChances.flatMap(([dependency, chance]) => {
    const outages: Outage[] = []
    while (random() < chance) {
      const from = now + random() * (outages.length === 0 ? 40_000 : 60 * minute)
      const to = from + random() * random() * longestMs
      outages.push({ dependency, from, to, manner: random() < 0.5 ? 'refusing' : 'silent' })
    }
    return outages
  })
}

/** Creates until one is answered. One that nobody saw answered may be there all the same: the next is another, by another key. */
async function insist(
  client: Client,
  made: string[],
  under: string,
  keyOf: (attempt: number) => string | undefined,
): Promise<void> {
  const { system } = client
  const before = made.length
  for (let attempt = 0; made.length === before; attempt++) {
    if (attempt > 0) await pause(system, system.world.random() * 20 * minute)
    await create(client, under, keyOf(attempt))
  }
}

/** What the clients of a schedule begin with: an application or two, a chat or two in each. */
async function begin(system: System, history: History, busy: boolean): Promise<Client> {
  const { random } = system.world
  const client: Client = { system, history, applications: [], chats: [], keyed: [] }
  const many = busy || random() < 0.6 ? 1 : 2
  for (let n = 0; n < many; n++)
    await insist(client, client.applications, '', (attempt) => `the key of application ${n}, ${attempt}`)
  for (const application of [...client.applications])
    for (let n = 0; n < (busy ? 1 : 2); n++) {
      const keyed = random() < 0.8
      await insist(client, client.chats, application, (attempt) =>
        keyed ? `chat ${n}, ${attempt}` : undefined,
      )
    }
  return client
}

/** Never the last ones: there must be something to do. */
const removable = (random: () => number, names: string[]): string | undefined =>
  names.length > 1 ? pick(random, names.slice(1)) : undefined

/** One step of one client. */
async function act(client: Client, key: string | undefined): Promise<void> {
  const { applications, chats, system } = client
  const { random } = system.world
  const chat = pick(random, chats) ?? ''
  const dice = random()
  if (dice < 0.45) await create(client, chat, key)
  else if (dice < 0.51) await create(client, pick(random, applications) ?? '', key)
  else if (dice < 0.58) await replay(client)
  else if (dice < 0.61) await reuse(client)
  else if (dice < 0.73) await edit(client)
  else if (dice < 0.78) await remove(client, someMessage(client))
  else if (dice < 0.81) await remove(client, removable(random, chats))
  else if (dice < 0.82) await remove(client, removable(random, applications))
  else if (dice < 0.84) await postNowhere(client)
  else if (dice < 0.86) await show(client)
  else if (dice < 0.92) await search(client)
  else await list(client, dice < 0.98 ? chat : random() < 0.7 ? aboveOf(chat) : '')
}

/** Four clients beside each other, some steps each; `name` keeps their keys apart from earlier ones. */
async function runClients(client: Client, busy: boolean, name: string, steps: number) {
  const { system } = client
  const { random } = system.world
  await Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; i < steps; i++) {
        await pause(system, random() < 0.1 ? random() * 20 * minute : random() * (busy ? 120 : 3000))
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
  // Every third schedule is busy: all clients at once in one chat, so that its entries move while they are read.
  const busy = world.random() < 0.33
  let client: Client | undefined
  const clients = async () => {
    client = await begin(system, history, busy)
    await runClients(client, busy, 'key', 6)
  }
  const again = async (last: Client) => {
    await lose(system, lost)
    system.faults.outages = outagesOf(system, faults, longestMs)
    // The keys went with the table.
    await runClients({ ...last, keyed: [] }, busy, 'again', 2)
  }
  const ended = await finished(system, clients())
  if (!ended) history.violations.push('the clients did not come to an end in a day')
  await calm(system, history, ledger)
  if (ended && client && (loss === 'emptied' || loss === 'backup')) {
    system.faults.rate = faults
    if (!(await finished(system, again(client)))) history.violations.push('the counters did not come back')
    await calm(system, history, ledger, settlingMs(loss))
  }
  return { seed, violations: [...new Set(history.violations)], history, lines: world.history }
}
