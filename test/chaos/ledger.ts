import { textColumn } from '../../functions/kinds/column.ts'
import { appBytes, readWhole } from '../../functions/mysql/cells.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import type { Chat } from '../support/chats.ts'
import type { System } from './system.ts'

/** What the clients got, to be compared with what is stored in the end. */
export interface Ledger {
  requests: number
  /** Responses by status; `lost` where the connection broke. */
  statuses: Map<string, number>
  /** Responses that no client should have got, and promises that contradict each other. */
  violations: string[]
  chats: Map<string, { chat: Chat; promised: Map<number, string> }>
}

export const newLedger = (): Ledger => ({
  requests: 0,
  statuses: new Map(),
  violations: [],
  chats: new Map(),
})

export const countStatus = (ledger: Ledger, status: string): void => {
  ledger.requests += 1
  ledger.statuses.set(status, (ledger.statuses.get(status) ?? 0) + 1)
}

/**
 * Notes a 201: this number has this body. The bodies of different requests differ, so two requests
 * with one number are noticed.
 */
export function promise(ledger: Ledger, chat: Chat, number: number, body: string): void {
  const known = ledger.chats.get(chat.path) ?? { chat, promised: new Map<number, string>() }
  ledger.chats.set(chat.path, known)
  const before = known.promised.get(number)
  if (before !== undefined && before !== body)
    ledger.violations.push(`${at(chat)}/${number}: answered for ${before} and for ${body}`)
  known.promised.set(number, body)
}

/** How many messages must be stored. */
export const promises = (ledger: Ledger): number =>
  [...ledger.chats.values()].reduce((sum, { promised }) => sum + promised.size, 0)

/** The path without the token. */
const at = ({ token, number }: Chat): string => `chat#${appKey(token)}#${number}`

/**
 * P1 and P2 as the clients see them: every number that was in a response is stored once, with the
 * body that was sent. If every request got 201, nothing else is stored.
 */
export async function brokenPromises(system: System, ledger: Ledger): Promise<string[]> {
  const exact = [...ledger.statuses.keys()].every((status) => status === '201')
  const broken: string[] = []
  for (const { chat, promised } of ledger.chats.values()) {
    const rows = await system.db.query(
      'SELECT number, body FROM messages WHERE app = ? AND chat = ?',
      [appBytes(appKey(chat.token)), chat.number],
    )
    const stored = new Map(rows.map((row) => [readWhole(row.number), textColumn.read(row.body)]))
    for (const [number, body] of promised)
      if (stored.get(number) !== body)
        broken.push(`${at(chat)}/${number}: answered for ${body}, stored is ${stored.get(number)}`)
    if (exact && stored.size !== promised.size)
      broken.push(`${at(chat)}: ${stored.size} stored, ${promised.size} answered`)
  }
  return broken
}
