/** One thing a client wanted to write. Its text is unique, so whatever is read tells who wrote it. */
export interface Write {
  text: string
  chat: number
  /** Known once answered; edits know it from the beginning. */
  number: number | undefined
  edit: boolean
  startedAt: number
  /** When a 2xx was seen; undefined: it may have happened, now or later, or never. */
  ackedAt: number | undefined
}
/** What the clients of one schedule did and saw, and what must not be. */
export interface History {
  writes: Map<string, Write>
  violations: string[]
  requests: number
  accepted: number
  reads: number
}

export const historyOf = (): History => ({
  writes: new Map(),
  violations: [],
  requests: 0,
  accepted: 0,
  reads: 0,
})

const settledBefore = (history: History, chat: number, number: number, at: number): Write[] =>
  [...history.writes.values()].filter(
    (w) => w.chat === chat && w.number === number && w.ackedAt !== undefined && w.ackedAt < at,
  )

/**
 * P2, P3: what was read of a message, by a read begun at `at`. The text must be one that was written to it, and no
 * write that was acknowledged before the read may have begun after that text's own acknowledgement.
 */
export function checkSeen(
  history: History,
  chat: number,
  number: number,
  at: number,
  text: string | undefined,
): void {
  const known = settledBefore(history, chat, number, at)
  const here = `message ${chat}/${number}`
  if (text === undefined) {
    if (known.length > 0) history.violations.push(`${here}: acknowledged, then not found`)
    return
  }
  const write = history.writes.get(text)
  if (!write || write.chat !== chat) {
    history.violations.push(`${here}: reads "${text}", which nobody wrote there`)
    return
  }
  if (write.number !== undefined && write.number !== number) {
    history.violations.push(`${here}: reads "${text}", which was written to ${write.number}`)
  }
  const lost = known.find((other) => write.ackedAt !== undefined && other.startedAt > write.ackedAt)
  if (lost) history.violations.push(`${here}: reads "${text}" after "${lost.text}" was acknowledged`)
}

/** P3: a list that began at `at` and covers all numbers has every message acknowledged before. */
export function checkListed(
  history: History,
  chat: number,
  at: number,
  listed: { number: number; text: string }[],
): void {
  const numbers = new Set(listed.map((one) => one.number))
  if (numbers.size < listed.length) history.violations.push(`chat ${chat}: a list shows a number twice`)
  for (const write of history.writes.values()) {
    if (write.chat !== chat || write.edit || write.number === undefined) continue
    if (write.ackedAt !== undefined && write.ackedAt < at && !numbers.has(write.number)) {
      history.violations.push(`message ${chat}/${write.number}: acknowledged, then not listed`)
    }
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
