import { depthOf, type History, isGone, pathTo, type Write } from '../checks/history.ts'
import { checkSuspended, mayBeSuspended } from '../checks/suspended.ts'
import type { System } from '../system.ts'
import { isCrash } from '../world/crash.ts'
import { type Asked, invoke, type Kind, kinds, type Seen } from './operations.ts'

/** Who acts, what was made so far, and what everybody has seen. */
export interface Client {
  system: System
  history: History
  /** The names of the applications and chats that nobody has begun to delete. */
  applications: string[]
  chats: string[]
  /** Keyed creates that were answered: to be repeated until their keys expire, then used anew. */
  keyed: Keyed[]
  /** The share of what is written that MySQL will refuse as a value. */
  refused: number
}
export interface Keyed {
  key: string
  writes: Write[]
  created: unknown
}

export const pick = <T>(random: () => number, of: T[]): T | undefined =>
  of[Math.floor(random() * of.length)]
export const pause = (system: System, ms: number): Promise<void> =>
  new Promise((resolve) => {
    system.world.after(ms, resolve)
  })

/** An operator's command that was killed, or hangs, counts as not done after so long. */
const patienceMs = 60_000
export function doneInTime(system: System, command: Promise<boolean>): Promise<boolean> {
  const done = command.catch((error: unknown) => {
    if (isCrash(error)) system.world.crashes.add(`a command: ${String(error)}`)
    return false
  })
  return Promise.race([done, pause(system, patienceMs).then(() => false)])
}

/** The kind of a thing, and that of what is in one. */
export const kindOf = (name: string): Kind => kinds[depthOf(name) - 1] ?? kinds[2]
export const kindIn = (under: string): Kind => kinds[depthOf(under)] ?? kinds[2]

/** Longer than any request takes without faults. */
const shortlyMs = 5_000

/**
 * Where nothing excuses it (see History.promised), 503 is allowed only of a HEAD at its hard cap.
 */
function checkAnswered({ system, history }: Client, seen: Seen, what: string): void {
  if (seen && seen.status !== 503) return
  history.unavailable += 1
  if (history.promised === 'nothing') return
  if (history.promised === 'creates' && !what.startsWith('create ')) return
  const full = history.fullAt !== undefined && system.world.now - history.fullAt < shortlyMs
  if (!seen || !full)
    history.violations.push(`${what}: ${seen?.status ?? 'no answer'} without any fault`)
}

/**
 * One request about a thing. Its response must have one of the statuses `allowed`, or 404 where the
 * thing was deleted.
 */
export async function ask(
  client: Client,
  act: Exclude<keyof Kind, 'noun' | 'field'>,
  name: string,
  asked: Omit<Asked, 'path'>,
  allowed: number[],
): Promise<Seen> {
  const { system } = client
  const kind = act === 'create' || act === 'list' ? kindIn(name) : kindOf(name)
  const label = `${act} ${kind.noun}`
  const began = system.world.now
  const seen = await invoke(system, label, kind[act], {
    path: pathTo(client.history, name),
    ...asked,
  })
  const what = `${label} ${act === 'create' ? 'in ' : ''}${name}`
  const use = act === 'show' || act === 'list' ? 'read' : 'write'
  checkStatus(client, seen, what, allowed, { name, use, began })
  if (act !== 'show' && act !== 'list') system.world.note(`${what}: ${seen?.status}`)
  return seen
}

/** What a request was about, what it wanted of it, and when it began. */
interface About {
  name: string
  use: 'read' | 'write'
  began: number
}

/**
 * Checks that the status is one of `allowed`, 404 where `name` was deleted, or 403 where its
 * application was suspended; and that nothing else came where it was suspended all the time.
 */
export function checkStatus(
  client: Client,
  seen: Seen,
  what: string,
  allowed: number[],
  { name, use, began }: About,
): void {
  const { history, system } = client
  history.requests += 1
  checkAnswered(client, seen, what)
  const span = { began, ended: system.world.now }
  checkSuspended(history, name, use, span, seen)
  if (!seen || allowed.includes(seen.status)) return
  if (seen.status === 404 && isGone(history, name)) return
  if (seen.status === 403 && mayBeSuspended(history, name, use, span)) return
  history.violations.push(`${what}: answered ${seen.status}`)
}

/** Something a client is about to write, with a text of its own. */
export function newWrite(client: Client, kind: Write['kind'], under: string, name?: string): Write {
  const { system, history, refused } = client
  const text = `t${history.writes.size + 1}`
  if (system.world.random() < refused) system.stores.refused.add(text)
  const write = { text, kind, under, name, startedAt: system.world.now, ackedAt: undefined }
  history.writes.set(text, write)
  return write
}
