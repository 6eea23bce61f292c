import { appKey } from '../model/app-key.ts'
import { applicationParent, chatParent, root } from '../model/parent.ts'
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

export async function findApplication(
  ports: ReadPorts,
  path: { token: string },
  use: Use,
  tombstones = false,
): Promise<EditTarget<'root'>> {
  return { parent: root, ...(await requireApplication(ports, path.token, use, tombstones)) }
}
