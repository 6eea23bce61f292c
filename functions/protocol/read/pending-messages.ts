import type { MessageValue } from '../../kinds/message.ts'
import type { Entry } from '../model/entry.ts'
import { chatParent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { emptyHead } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'
import { type Pending, readPending } from './pending.ts'

/** How much of what is pending one search may look at. */
export interface PendingLimits {
  requests: number
  /** Of their values, as they lie in the table. */
  bytes: number
}

/**
 * Every pending change of a chat's messages, tombstones included: what a search must look at
 * itself, because the index cannot have seen it. To be read before MySQL and the index, so that
 * what has just been settled is found there. Undefined: there is more than `most`. Of too many
 * requests no values were read, of too many bytes as many as are allowed and one portion more.
 */
export async function pendingMessages(
  ports: { table: Table },
  app: string,
  chat: number,
  most: PendingLimits,
): Promise<Pending<MessageValue>[] | undefined> {
  const parent = chatParent(app, chat)
  const { head = emptyHead } = await readHeads(ports.table, parent)
  const waiting = await allWaiting(ports.table, parent, 1, Number.MAX_SAFE_INTEGER, most.requests)
  const entries = [...head.entries, ...waiting]
  if (entries.length > most.requests) return undefined
  const isEnough = (_: Entry, bytes: number) => bytes > most.bytes
  const { pending, left } = await readPending(ports.table, 'chat', entries, isEnough)
  return left.length > 0 ? undefined : pending
}
