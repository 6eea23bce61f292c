import type { Path } from '../../../functions/api/read-path.ts'
import type { Suspended } from './suspended.ts'

/**
 * One thing a client wanted to write. Its text is unique, so whatever is read tells who wrote it.
 */
export interface Write {
  text: string
  kind: 'create' | 'edit' | 'delete'
  /**
   * What it is written to, or made in: see nameIn. A create's own name is known once it is
   * answered.
   */
  under: string
  name: string | undefined
  startedAt: number
  /** When a 2xx was seen; undefined: it may have happened, now or later, or never. */
  ackedAt: number | undefined
}
/** What really happened, as the watcher of the table knows it (ledger.ts). */
export interface Facts {
  /** The rev that was reserved for what this text was written by; undefined: nothing was. */
  revOf(text: string): number | undefined
  /** The greatest rev below this one that was reserved for the thing. */
  revBefore(path: Path, rev: number): number
  /** A delete was reserved, of the thing or of what it is in. */
  isDeleted(path: Path): boolean
}
/** What the clients of one schedule did and saw, and what was violated. */
export interface History {
  facts: Facts
  writes: Map<string, Write>
  /** Of each thing the revs that were read, and when each read ended; Infinity: it was gone. */
  seen: Map<string, { ended: number; rev: number }[]>
  /** The tokens of the applications, by name. */
  tokens: Map<string, string>
  /** What an operator suspended. */
  suspensions: Suspended[]
  violations: string[]
  /**
   * What must be answered and must not be 503: everything, where nothing can go wrong; creates,
   * where something is away that they do not need (P6).
   */
  promised: 'everything' | 'creates' | 'nothing'
  /** When a HEAD was last at its hard cap, which alone excuses a 503 then. */
  fullAt: number | undefined
  requests: number
  /** Of the requests those that were answered 503, or not at all. */
  unavailable: number
  accepted: number
  reads: number
}

export const historyOf = (): History => ({
  facts: { revOf: () => undefined, revBefore: () => 0, isDeleted: () => false },
  writes: new Map(),
  seen: new Map(),
  tokens: new Map(),
  suspensions: [],
  violations: [],
  promised: 'nothing',
  fullAt: undefined,
  requests: 0,
  unavailable: 0,
  accepted: 0,
  reads: 0,
})

/**
 * The root is the empty name; below it `A` is an application, `A/2` a chat of it, `A/2/7` a message
 * there.
 */
export const nameIn = (under: string, child: string | number): string =>
  under === '' ? `${child}` : `${under}/${child}`
export const aboveOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))
/** 0 for the root, 1 for an application, 2 for a chat, 3 for a message. */
export const depthOf = (name: string): number => (name === '' ? 0 : name.split('/').length)

/** The path that leads to a thing, or to what is in it. */
export function pathTo({ tokens }: History, name: string): Path {
  const [application = '', chat = 0, message = 0] = name.split('/')
  return { token: tokens.get(application) ?? '', chat: Number(chat), message: Number(message) }
}

const about = (history: History, name: string): Write[] =>
  [...history.writes.values()].filter((write) => write.name === name)
const ackedBefore = (write: Write, at: number): boolean =>
  write.ackedAt !== undefined && write.ackedAt < at

/** Whether a 404 can be right: its delete was reserved, or that of what it is in. */
export const isGone = (history: History, name: string): boolean =>
  history.facts.isDeleted(pathTo(history, name))

/**
 * P10: something answered at all, though its delete, or one above it, was acknowledged before `at`.
 */
export function checkNotGone(history: History, name: string, at: number, what: string): void {
  const gone = [...history.writes.values()].find(
    (write) =>
      write.kind === 'delete' && `${name}/`.startsWith(`${write.name}/`) && ackedBefore(write, at),
  )
  if (gone)
    history.violations.push(`${name}: ${what} after the delete of ${gone.name} was acknowledged`)
}

/** When a read began and ended. */
export interface Span {
  began: number
  ended: number
}

/**
 * P2, P3, P10: what was read of a thing; undefined: a 404. The text must be one that was written to
 * it, in a rev that is not below that of any write that was acknowledged before the read began, nor
 * below what an earlier read has seen. What was gone stays so; and only what was deleted is gone.
 */
export function checkSeen(
  history: History,
  name: string,
  span: Span,
  text: string | undefined,
): void {
  const all = about(history, name).filter((write) => ackedBefore(write, span.began))
  if (text === undefined) {
    if (all.length === 0) return
    if (!isGone(history, name)) history.violations.push(`${name}: acknowledged, then not found`)
    else noteSeen(history, name, span, Number.POSITIVE_INFINITY)
    return
  }
  checkNotGone(history, name, span.began, `reads "${text}"`)
  const write = history.writes.get(text)
  const rev = history.facts.revOf(text)
  if (!write || write.under !== aboveOf(name) || rev === undefined) {
    history.violations.push(`${name}: reads "${text}", which nobody wrote there`)
    return
  }
  if (write.name !== undefined && write.name !== name)
    history.violations.push(`${name}: reads "${text}", which was written to ${write.name}`)
  const lost = all.find((other) => (history.facts.revOf(other.text) ?? 0) > rev)
  if (lost)
    history.violations.push(
      `${name}: reads "${text}" after ${lost.kind} "${lost.text}" was acknowledged`,
    )
  noteSeen(history, name, span, rev)
}

/** Reads never go back. */
function noteSeen(
  { seen, violations }: History,
  name: string,
  { began, ended }: Span,
  rev: number,
): void {
  const before = seen.get(name) ?? []
  const newer = before.find((one) => one.ended < began && one.rev > rev)
  if (newer) violations.push(`${name}: reads rev ${rev}, after an earlier read of ${newer.rev}`)
  seen.set(name, [...before, { ended, rev }])
}

export interface Listed {
  name: string
  text: string
}

/** P3: each that is shown is as it was then, and is shown once. */
export function checkShown(history: History, under: string, span: Span, shown: Listed[]): void {
  checkNotGone(history, under, span.began, 'lists')
  if (new Set(shown.map(({ name }) => name)).size < shown.length)
    history.violations.push(`${under}: shows one twice`)
  for (const { name, text } of shown) checkSeen(history, name, span, text)
}

/** P3: what covers all there is has everything that was acknowledged before it began. */
export function checkWhole(history: History, under: string, span: Span, shown: Listed[]): void {
  const names = new Set(shown.map(({ name }) => name))
  for (const { kind, under: place, name } of history.writes.values())
    if (kind === 'create' && place === under && name !== undefined && !names.has(name))
      checkSeen(history, name, span, undefined)
}

/**
 * A list is in order and has no gap: a client goes on behind the last number that it saw, and would
 * never see an earlier one that comes later. (Applications show no numbers.)
 */
export function checkNoGap(
  history: History,
  under: string,
  shown: Listed[],
  order: 'asc' | 'desc',
): void {
  const listed = shown.map(({ name }) => Number(name.slice(under.length + 1)))
  const numbers = order === 'asc' ? listed : listed.toReversed()
  for (const [i, number] of numbers.entries()) {
    const before = numbers[i - 1] ?? (order === 'asc' ? 0 : number - 1)
    if (number <= before)
      history.violations.push(`${under}: a list in disorder: ${listed.join(' ')}`)
    for (let n = before + 1; n < number; n++)
      if (!isGone(history, nameIn(under, n))) history.violations.push(`${under}: a list skips ${n}`)
  }
}

/** P2: an edit with If-Match that was done has changed the very rev that its client had read. */
export function checkMatched(history: History, write: Write, rev: number): void {
  const own = history.facts.revOf(write.text) ?? 0
  const before = history.facts.revBefore(pathTo(history, write.name ?? ''), own)
  if (before !== rev)
    history.violations.push(`"${write.text}": matched rev ${rev}, and there was ${before}`)
}

/** A write was answered 2xx; `name` is what it has written to. */
export function acknowledge(history: History, write: Write, name: string, at: number): void {
  history.accepted += 1
  if (write.name !== undefined && write.name !== name)
    history.violations.push(`"${write.text}": answered ${write.name}, then ${name}`)
  write.name = name
  write.ackedAt ??= at
}
