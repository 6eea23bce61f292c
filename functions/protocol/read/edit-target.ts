import { appKey } from '../model/app-key.ts'
import { applicationParent, chatParent, root } from '../model/parent.ts'
import { lastEditOf } from '../table/head.ts'
import type { EditTarget } from '../write/reserve-edit.ts'
import type { ReadPorts } from './read-one.ts'
import { requireApplication, requireChat, requireChats, requireOne, type Use } from './require.ts'

/**
 * What an edit builds on: first the parent's image, then what is known of the number. The edit's
 * condition needs this order (docs/protocol.md#two-edits-on-one-state). With `tombstones` what is
 * deleted is returned too, for a delete that is repeated. All three throw 403, 404 and MySQL's
 * errors.
 */
export async function findMessage(
  ports: ReadPorts,
  path: { token: string; chat: number; message: number },
  use: Use,
  tombstones = false,
): Promise<EditTarget<'chat'>> {
  const parent = chatParent(appKey(path.token), path.chat)
  const head = await requireChat(ports, path.token, path.chat, use)
  const known = await requireOne<'chat'>(ports, parent, path.message, head, tombstones)
  return { parent, number: path.message, head, known }
}

export async function findChat(
  ports: ReadPorts,
  path: { token: string; chat: number },
  use: Use,
  tombstones = false,
): Promise<EditTarget<'application'>> {
  const parent = applicationParent(appKey(path.token))
  const head = await requireChats(ports, path.token, use)
  const known = await requireOne<'application'>(ports, parent, path.chat, head, tombstones)
  return { parent, number: path.chat, head, known }
}

/**
 * An edit of an application is reserved by the application's own HEAD. What it builds on may have
 * been counted by the root's, and its own HEAD be behind that: its create, where version 0.1 put
 * the HEAD, or an edit of that version, which the bucket of the root's image then tells.
 */
export async function findApplication(
  ports: ReadPorts,
  path: { token: string },
  use: Use,
  tombstones = false,
): Promise<EditTarget<'root'>> {
  const found = await requireApplication(ports, path.token, use, tombstones)
  const { known, number, top, own } = found
  const { rev, value } = known.row
  const counter = applicationParent(appKey(path.token))
  const mayRaise = value.updated_at === value.created_at || rev <= (lastEditOf(top, number) ?? 0)
  return { parent: root, number, counter, mayRaise, head: own, known }
}
