/** One thing a client wanted to write. Its text is unique, so whatever is read tells who wrote it. */
export interface Write {
  text: string
  kind: 'create' | 'edit' | 'delete'
  /** What it is written to, or made in: see nameIn. A create's own name is known once it is answered. */
  under: string
  name: string | undefined
  startedAt: number
  /** When a 2xx was seen; undefined: it may have happened, now or later, or never. */
  ackedAt: number | undefined
}
/** What the clients of one schedule did and saw, and what must not be. */
export interface History {
  writes: Map<string, Write>
  /** The tokens of the applications, by name. */
  tokens: Map<string, string>
  violations: string[]
  /** Nothing can go wrong in this schedule: no faults, no outages, no throttling. */
  faultless: boolean
  /** When a HEAD was last at its hard cap, which alone excuses a 503 then. */
  fullAt: number | undefined
  requests: number
  /** Of the requests those that were answered 503, or not at all. */
  unavailable: number
  accepted: number
  reads: number
}

export const historyOf = (): History => ({
  writes: new Map(),
  tokens: new Map(),
  violations: [],
  faultless: false,
  fullAt: undefined,
  requests: 0,
  unavailable: 0,
  accepted: 0,
  reads: 0,
})

/** The root is the empty name; below it `A` is an application, `A/2` a chat of it, `A/2/7` a message there. */
export const nameIn = (under: string, child: string | number): string =>
  under === '' ? `${child}` : `${under}/${child}`
export const aboveOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))
/** 0 for the root, 1 for an application, 2 for a chat, 3 for a message. */
export const depthOf = (name: string): number => (name === '' ? 0 : name.split('/').length)

const about = (history: History, name: string): Write[] =>
  [...history.writes.values()].filter((write) => write.name === name)
const ackedBefore = (write: Write, at: number): boolean => write.ackedAt !== undefined && write.ackedAt < at
/** The deletes that somebody has begun of a thing, or of what it is in. */
const deletesOf = (history: History, name: string): Write[] =>
  [...history.writes.values()].filter(
    (write) => write.kind === 'delete' && `${name}/`.startsWith(`${write.name}/`),
  )

/** Whether a 404 can be right: somebody has begun to delete it, or what it is in. */
export const mayBeGone = (history: History, name: string): boolean => deletesOf(history, name).length > 0

/** P10: something answered at all, though its delete, or one above it, was acknowledged before `at`. */
export function checkNotGone(history: History, name: string, at: number, what: string): void {
  const gone = deletesOf(history, name).find((write) => ackedBefore(write, at))
  if (gone) history.violations.push(`${name}: ${what} after the delete of ${gone.name} was acknowledged`)
}

/**
 * P2, P3, P10: what was read of a thing, by a read begun at `at`; undefined: a 404. The text must be one that was
 * written to it, and no write that was acknowledged before the read may have begun after that text's own
 * acknowledgement. What is deleted stays so.
 */
export function checkSeen(history: History, name: string, at: number, text: string | undefined): void {
  const all = about(history, name)
  if (text === undefined) {
    if (!mayBeGone(history, name) && all.some((write) => ackedBefore(write, at)))
      history.violations.push(`${name}: acknowledged, then not found`)
    return
  }
  checkNotGone(history, name, at, `reads "${text}"`)
  const write = history.writes.get(text)
  if (!write || write.under !== aboveOf(name)) {
    history.violations.push(`${name}: reads "${text}", which nobody wrote there`)
    return
  }
  if (write.name !== undefined && write.name !== name)
    history.violations.push(`${name}: reads "${text}", which was written to ${write.name}`)
  const lost = all.find(
    (other) => ackedBefore(other, at) && write.ackedAt !== undefined && other.startedAt > write.ackedAt,
  )
  if (lost)
    history.violations.push(`${name}: reads "${text}" after ${lost.kind} "${lost.text}" was acknowledged`)
}

export interface Listed {
  name: string
  text: string
}

/** P3: what began at `at` and covers all there is has everything that was acknowledged before, and nothing else. */
export function checkFound(history: History, under: string, at: number, found: Listed[]): void {
  checkNotGone(history, under, at, 'lists')
  const names = new Set(found.map(({ name }) => name))
  if (names.size < found.length) history.violations.push(`${under}: shows one twice`)
  for (const { kind, under: place, name } of history.writes.values())
    if (kind === 'create' && place === under && name !== undefined && !names.has(name))
      checkSeen(history, name, at, undefined)
  for (const { name, text } of found) checkSeen(history, name, at, text)
}

/**
 * A list has no gap either: a client goes on behind the last number it saw, and would never see an earlier one that
 * comes later. (Applications are numbered inside only.)
 */
export function checkNoGap(history: History, under: string, found: Listed[]): void {
  const numbers = new Set(found.map(({ name }) => Number(name.slice(under.length + 1))))
  for (let n = Math.max(0, ...numbers); n > 0; n--)
    if (!numbers.has(n) && !mayBeGone(history, nameIn(under, n)))
      history.violations.push(`${under}: a list skips ${n}`)
}

/**
 * An edit with If-Match was done: since the read, which ended at `readAt`, and before the edit began, nothing else was
 * written, from its begin to its acknowledgement.
 */
export function checkMatched(history: History, write: Write, readAt: number): void {
  const between = about(history, write.name ?? '').find(
    (other) => other !== write && other.startedAt > readAt && ackedBefore(other, write.startedAt),
  )
  if (between)
    history.violations.push(`"${write.text}": matched what "${between.text}" had changed in between`)
}

/** A write was answered 2xx; `name` is what it has written to. */
export function acknowledge(history: History, write: Write, name: string, at: number): void {
  history.accepted += 1
  if (write.name !== undefined && write.name !== name)
    history.violations.push(`"${write.text}": answered ${write.name}, then ${name}`)
  write.name = name
  write.ackedAt ??= at
}
