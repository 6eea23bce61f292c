import * as v from 'valibot'
import { type Finding, invariants } from '../../functions/audit/invariants.ts'
import { persist } from '../../functions/persist/persist.ts'
import { headEntries, putHead } from '../../functions/protocol/head.ts'
import { root } from '../../functions/protocol/parent.ts'
import { kept } from '../../functions/protocol/transitions.ts'
import { reindex } from '../../functions/reindex/reindex.ts'
import type { IndexCare } from '../../functions/search/filling.ts'
import { sweep } from '../../functions/sweep/sweep.ts'
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
import { checkLedger, ledgerOf } from './ledger.ts'
import { portsOf, type System, systemOf } from './ports.ts'
import type { Dependency, Outage } from './remote.ts'
import { snapshotOf } from './snapshot.ts'

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
/** How long keys are remembered: mostly longer than a schedule lasts, or so short that they are used anew in it. */
const keptFor = [24 * 60 * minute, 24 * 60 * minute, 10 * minute]
/** P6: how long after the last fault everything must have arrived. */
const convergenceMs = 150_000

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

/** The queue's event source: up to three batches at once, each in an instance that lives 20 s at most. */
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
    run(process).catch((error: unknown) => system.world.note(`${name} failed: ${String(error)}`))
  }
  system.world.after(system.world.random() * minute, tick)
}

/** The simulated index is never lost as a whole; that it is refilled then is tested against the real one. */
const wholeIndex: IndexCare = {
  filling: async () => ({ complete: true, after: undefined, madeMs: 0 }),
  remember: async () => undefined,
  complete: async () => undefined,
  restart: async () => undefined,
}

function startBackground(system: System): void {
  const { world } = system
  consume(system)
  everyMinute(system, 'sweep', (process) => {
    const end = world.now + 50_000
    return sweep(portsOf(system, process), () => end - world.now)
  })
  everyMinute(system, 'reindex', (process) => {
    const ports = { ...portsOf(system, process), care: wholeIndex, unindexPage: async () => undefined }
    return reindex(ports, world.now + 45_000)
  })
  const expire = () => {
    system.table.expire()
    world.after(10 * minute, expire)
  }
  expire()
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

async function runClients(system: System, history: History): Promise<void> {
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
    chats.push(
      await insist(
        system,
        () => postChat(system, token, title, random() < 0.8 ? `chat ${title}` : undefined),
        number,
      ),
    )
  }
  const keyed: Client['keyed'] = []
  await Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      const client: Client = { system, history, token, chats, keyed }
      for (let i = 0; i < 6; i++) {
        await pause(system, random() < 0.1 ? random() * 20 * minute : random() * (busy ? 120 : 3000))
        const dice = random()
        const key = random() < 0.6 ? `key-${n}-${i}` : undefined
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
    }),
  )
}

const broken = (findings: Finding[], except: string[] = []): string[] =>
  findings
    .filter((finding) => !except.includes(finding.invariant))
    .flatMap((f) => f.violations.map((text) => `${f.invariant}: ${text}`))

/** One schedule: clients under faults, then quiet, then everything must be right. */
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
  system.queue.outOfOrder = (message) =>
    history.violations.push(`${message.deduplication}: acknowledged out of order`)
  const ledger = ledgerOf(system, history)
  system.table.put(putHead(root))
  system.faults.outages = outagesOf(system, faults, longestMs)
  for (const { dependency, from, to, manner } of system.faults.outages)
    world.note(`${dependency} away ${manner} from ${from - world.now} to ${to - world.now}`)
  startBackground(system)
  let finished = false
  const clients = runClients(system, history).then(() => {
    finished = true
  })
  const limit = world.now + 24 * 60 * minute
  while (!finished && world.now < limit) await world.run(world.now + minute)
  if (!finished) history.violations.push('the clients did not come to an end in a day')
  else await clients
  await world.run(Math.max(world.now, ...system.faults.outages.map((outage) => outage.to)))
  system.faults.rate = 0
  system.faults.outages = []
  world.note('quiet from here on')
  await world.run(world.now + convergenceMs)
  history.violations.push(...broken(invariants(snapshotOf(system)), ['nothing waits']), ...ledger.waiting())
  // Requests that were never reserved take a quarter of an hour to be given up.
  await world.run(world.now + 35 * minute)
  history.violations.push(...broken(invariants(snapshotOf(system))))
  history.violations.push(...checkLedger(ledger, system, history))
  return { seed, violations: [...new Set(history.violations)], history, lines: world.history }
}
