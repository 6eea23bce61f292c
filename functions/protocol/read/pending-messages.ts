import type { MessageValue } from '../../kinds/message.ts'
import { chatParent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { emptyHead } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'
import { type Pending, readPending } from './pending.ts'

/**
 * Every change of a chat's messages that is not settled yet, tombstones included: what a search
 * must add to an index that cannot have seen them. Read it before the stores behind the queue: some
 * may have got it. undefined: more than `most` requests wait, too many to be read for one answer;
 * their bodies were not.
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
