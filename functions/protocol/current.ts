import { notFound } from '../api/problem.ts'
import { appKey, type MessageValue, type ValueOf } from './change.ts'
import { emptyHead, entriesOf, type Head, overlaps } from './head.ts'
import { readHeads } from './lineage.ts'
import { isNewest, type Known, merge, type Pending, readPending } from './merge.ts'
import { applicationParent, chatParent, type Parent, root } from './parent.ts'
import type { Table } from './ports.ts'
import type { Rows } from './stores.ts'
import { allWaiting } from './waiting.ts'

export interface ReadPorts {
  table: Table
  rows: Rows
}

/**
 * What is known of one number now (design section 6), undefined when nothing is. `head` is the
 * parent's image that was read before. The order makes it right: an entry leaves the HEAD for the
 * waiting items, and both for MySQL, so whatever is missing in one place has arrived in the next.
 * MySQL away: what waits is answered if nothing newer can be stored; else its error rises.
 */
export async function current<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  number: number,
  head: Head,
): Promise<Known<ValueOf[K]> | undefined> {
  const waiting = await allWaiting(ports.table, parent, number, number)
  const entries = [...entriesOf(head), ...waiting].filter((entry) =>
    overlaps(entry, number, number),
  )
  const show = () => ports.rows.show<K>(parent, number)
  const [first] = await Promise.allSettled([show()])
  const { pending: all, settled } = await readPending<K>(ports.table, parent.kind, entries)
  const pending = all.filter((change) => change.number === number)
  if (first.status === 'fulfilled') return merge(settled ? await show() : first.value, pending)
  if (isNewest(head, pending)) return merge(undefined, pending)
  throw first.reason
}

const childOf = { root: 'application', application: 'chat', chat: 'message' } as const

/**
 * The same; throws 404 for what is unknown, and unless `tombstones` are wanted for what is deleted.
 */
export async function requireCurrent<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  number: number,
  head: Head,
  tombstones = false,
): Promise<Known<ValueOf[K]>> {
  const known = await current<K>(ports, parent, number, head)
  if (!known || (known.row.value.deleted_at !== null && !tombstones))
    throw notFound(childOf[parent.kind])
  return known
}

/**
 * The application of a token: its number under the root is in its HEAD, or in its row where the
 * HEAD was lost. Throws 404. `head` is the root's image, for reading or editing the application.
 */
export async function requireApplication(
  ports: ReadPorts,
  token: string,
  tombstones = false,
): Promise<{ known: Known<ValueOf['root']>; number: number; head: Head }> {
  const app = appKey(token)
  const { head: own } = await readHeads(ports.table, applicationParent(app))
  const { head = emptyHead } = await readHeads(ports.table, root)
  if (own?.deleted && !tombstones) throw notFound('application')
  const number = own?.number ?? (await ports.rows.applicationNumber(app))
  if (number === undefined) throw notFound('application')
  const known = await requireCurrent<'root'>(ports, root, number, head, tombstones)
  // Lost counters can give one number out twice; the token still tells whose it is.
  if (known.row.value.token !== token) throw notFound('application')
  return { known, number, head }
}

/** The image of an application's HEAD, of whose chats something is wanted. Throws 404. */
export async function requireChats(ports: ReadPorts, token: string): Promise<Head> {
  const { head } = await readHeads(ports.table, applicationParent(appKey(token)))
  if (head?.deleted) throw notFound('application')
  if (!head) await requireApplication(ports, token)
  return head ?? emptyHead
}

/** The image of a chat's HEAD, of whose messages something is wanted. Throws 404. */
export async function requireChat(ports: ReadPorts, token: string, chat: number): Promise<Head> {
  const app = appKey(token)
  const { head, above } = await readHeads(ports.table, chatParent(app, chat))
  if (above?.deleted) throw notFound('application')
  if (head?.deleted) throw notFound('chat')
  // No HEAD: its create may still owe it, or the counters were lost (P9) and only MySQL knows the
  // chat.
  if (!above) await requireApplication(ports, token)
  if (!head)
    await requireCurrent<'application'>(ports, applicationParent(app), chat, above ?? emptyHead)
  return head ?? emptyHead
}

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
  const entries = [...entriesOf(head), ...waiting]
  if (entries.length > most) return undefined
  return (await readPending(ports.table, 'chat', entries)).pending
}
