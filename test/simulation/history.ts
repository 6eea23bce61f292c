/** One thing a client wanted to write. Its text is unique, so whatever is read tells who wrote it. */
export interface Write {
  text: string
  kind: 'create' | 'edit' | 'delete'
  chat: number
  /** Known once answered; edits and deletes know it from the beginning. */
  number: number | undefined
  startedAt: number
  /** When a 2xx was seen; undefined: it may have happened, now or later, or never. */
  ackedAt: number | undefined
}
/** What the clients of one schedule did and saw, and what must not be. */
export interface History {
  writes: Map<string, Write>
  /** Deletes of whole chats, by number. */
  closed: Map<number, { startedAt: number; ackedAt: number | undefined }>
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
  closed: new Map(),
  violations: [],
  faultless: false,
  fullAt: undefined,
  requests: 0,
  unavailable: 0,
  accepted: 0,
  reads: 0,
})

const about = (history: History, chat: number, number: number): Write[] =>
  [...history.writes.values()].filter((write) => write.chat === chat && write.number === number)
const ackedBefore = (write: { ackedAt: number | undefined }, at: number): boolean =>
  write.ackedAt !== undefined && write.ackedAt < at

/** Whether a 404 of a chat, or of anything in it, can be right: somebody has begun to delete it. */
export const mayBeClosed = (history: History, chat: number): boolean => history.closed.has(chat)

/** P10: a read, begun at `at`, of what is in a chat, or of the chat, got something. */
export function checkOpen(history: History, chat: number, at: number): void {
  const closed = history.closed.get(chat)
  if (closed && ackedBefore(closed, at)) history.violations.push(`chat ${chat}: deleted, then read`)
}

/**
 * P2, P3, P10: what was read of a message, by a read begun at `at`; undefined: a 404. The text must be one that was
 * written to it, and no write that was acknowledged before the read may have begun after that text's own
 * acknowledgement. What is deleted stays so.
 */
export function checkSeen(
  history: History,
  chat: number,
  number: number,
  at: number,
  text: string | undefined,
): void {
  const all = about(history, chat, number)
  const here = `message ${chat}/${number}`
  if (text === undefined) {
    const deleted = all.some((write) => write.kind === 'delete') || mayBeClosed(history, chat)
    if (!deleted && all.some((write) => ackedBefore(write, at)))
      history.violations.push(`${here}: acknowledged, then not found`)
    return
  }
  checkOpen(history, chat, at)
  const write = history.writes.get(text)
  if (!write || write.chat !== chat) {
    history.violations.push(`${here}: reads "${text}", which nobody wrote there`)
    return
  }
  if (write.number !== undefined && write.number !== number) {
    history.violations.push(`${here}: reads "${text}", which was written to ${write.number}`)
  }
  const known = all.filter((other) => ackedBefore(other, at))
  const lost = known.find(
    (other) => other.kind === 'delete' || (write.ackedAt !== undefined && other.startedAt > write.ackedAt),
  )
  if (lost)
    history.violations.push(`${here}: reads "${text}" after ${lost.kind} "${lost.text}" was acknowledged`)
}

/**
 * P3: a list that began at `at` and covers all numbers has every message acknowledged before. It has no gap either: a
 * client goes on behind the last number it saw, and would never see an earlier one that comes later.
 */
export function checkListed(
  history: History,
  chat: number,
  at: number,
  listed: { number: number; text: string }[],
): void {
  checkOpen(history, chat, at)
  const numbers = new Set(listed.map((one) => one.number))
  if (numbers.size < listed.length) history.violations.push(`chat ${chat}: a list shows a number twice`)
  for (const write of history.writes.values()) {
    if (write.chat !== chat || write.kind !== 'create' || write.number === undefined) continue
    if (!numbers.has(write.number)) checkSeen(history, chat, write.number, at, undefined)
  }
  for (let n = Math.max(0, ...numbers); n > 0; n--) {
    const deleted = about(history, chat, n).some((write) => write.kind === 'delete')
    if (!numbers.has(n) && !deleted) history.violations.push(`chat ${chat}: a list skips ${n}`)
  }
  for (const one of listed) checkSeen(history, chat, one.number, at, one.text)
}

/** A write was answered 2xx with a number. */
export function acknowledge(history: History, write: Write, number: number, at: number): void {
  history.accepted += 1
  if (write.number !== undefined && write.number !== number) {
    history.violations.push(`"${write.text}": answered ${write.number}, then ${number}`)
  }
  write.number = number
  write.ackedAt ??= at
}
