import { kindBelow, type ValueOf } from '../../kinds/kinds.ts'
import { applicationSuspended, notFound } from '../../problems/problem.ts'
import { appKey } from '../model/app-key.ts'
import { applicationParent, chatParent, type Parent, root } from '../model/parent.ts'
import type { Known } from '../model/row.ts'
import { emptyHead, type Head, headKey, readHead } from '../table/head.ts'
import { readHeads } from '../table/read-heads.ts'
import type { OwnHead } from './own-edits.ts'
import { type ReadPorts, readOne } from './read-one.ts'

/**
 * What readOne finds. Throws 404 for what is unknown; for what is deleted too, unless `tombstones`
 * are wanted.
 */
export async function requireOne<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  number: number,
  head: Head,
  tombstones = false,
  own?: OwnHead,
): Promise<Known<ValueOf[K]>> {
  const known = await readOne<K>(ports, parent, number, head, own)
  if (!known || (known.row.value.deleted_at !== null && !tombstones))
    throw notFound(kindBelow[parent.kind].name)
  return known
}

/** What a request wants of an application: a suspended one may still be read. */
export type Use = 'read' | 'write'

/** Throws 403 where the application is suspended for this use. `head` is its HEAD's image. */
function refuseSuspended(head: Head | undefined, use: Use): void {
  const { suspended } = head ?? {}
  if (suspended && (use === 'write' || suspended === 'all'))
    throw applicationSuspended(suspended === 'all')
}

/** An application, and the images of the two HEADs that were read before it. */
interface FoundApplication {
  known: Known<ValueOf['root']>
  number: number
  /** The root's, which counts the create, and in version 0.1 counted the edits. */
  top: Head
  /** Its own, which counts the edits. */
  own: Head
}

/**
 * The application of a token. Its number under the root is in its HEAD; where the HEAD was lost, in
 * its row. Throws 403, 404.
 */
export async function requireApplication(
  ports: ReadPorts,
  token: string,
  use: Use,
  tombstones = false,
): Promise<FoundApplication> {
  const parent = applicationParent(appKey(token))
  const images = await ports.table.batchGet([headKey(parent), headKey(root)])
  const [own = emptyHead, top = emptyHead] = images.map((item) => item && readHead(item))
  if (own.deleted && !tombstones) throw notFound('application')
  refuseSuspended(own, use)
  const number = own.number ?? (await ports.rows.applicationNumber(parent.app))
  if (number === undefined) throw notFound('application')
  const known = await requireOne<'root'>(ports, root, number, top, tombstones, {
    parent,
    head: own,
  })
  // Where counters were lost the number may be another application's by now; the token tells.
  if (known.row.value.token !== token) throw notFound('application')
  return { known, number, top, own }
}

/** The image of an application's HEAD, by which its chats are read. Throws 403, 404. */
export async function requireChats(ports: ReadPorts, token: string, use: Use): Promise<Head> {
  const { head } = await readHeads(ports.table, applicationParent(appKey(token)))
  if (head?.deleted) throw notFound('application')
  refuseSuspended(head, use)
  if (!head) await requireApplication(ports, token, use)
  return head ?? emptyHead
}

/** The image of a chat's HEAD, by which its messages are read. Throws 403, 404. */
export async function requireChat(
  ports: ReadPorts,
  token: string,
  chat: number,
  use: Use,
): Promise<Head> {
  const app = appKey(token)
  const { head, above } = await readHeads(ports.table, chatParent(app, chat))
  if (above?.deleted) throw notFound('application')
  refuseSuspended(above, use)
  if (head?.deleted) throw notFound('chat')
  // No HEAD: the chat's create may still owe it, or the counters were lost (P9) and only MySQL
  // knows the chat.
  if (!above) await requireApplication(ports, token, use)
  if (!head)
    await requireOne<'application'>(ports, applicationParent(app), chat, above ?? emptyHead)
  return head ?? emptyHead
}
