import type { MessageValue } from '../../kinds/message.ts'
import { chatParent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { emptyHead } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'
import { type Pending, readPending } from './pending.ts'

/**
 * Every pending change of a chat's messages, tombstones included: what a search must look at
 * itself, because the index cannot have seen it. To be read before MySQL and the index, so that
 * what has just been settled is found there. Undefined: there are more than `most` requests, too
 * many for one search; their values were not read.
 */
export async function pendingMessages(
  ports: { table: Table },
  app: string,
  chat: number,
  most: number,
): Promise<Pending<MessageValue>[] | undefined> {
  const parent = chatParent(app, chat)
  const { head = emptyHead } = await readHeads(ports.table, parent)
  const waiting = await allWaiting(ports.table, parent, 1, Number.MAX_SAFE_INTEGER, most)
  const entries = [...head.entries, ...waiting]
  if (entries.length > most) return undefined
  return (await readPending(ports.table, 'chat', entries)).pending
}
