import { appKey } from './change.ts'
import {
  type ReadPorts,
  requireApplication,
  requireChat,
  requireChats,
  requireCurrent,
} from './current.ts'
import { applicationParent, chatParent, root } from './parent.ts'
import type { Target } from './reserve-edit.ts'

/**
 * What an edit builds on: the parent's image first, then what is known of the number; the edit's
 * condition needs this order. With `tombstones` what is deleted is answered too, for a delete that
 * is repeated. All throw 404 and 503.
 */
export async function openMessage(
  ports: ReadPorts,
  path: { token: string; chat: number; message: number },
  tombstones = false,
): Promise<Target<'chat'>> {
  const parent = chatParent(appKey(path.token), path.chat)
  const head = await requireChat(ports, path.token, path.chat)
  const known = await requireCurrent<'chat'>(ports, parent, path.message, head, tombstones)
  return { parent, number: path.message, head, known }
}

export async function openChat(
  ports: ReadPorts,
  path: { token: string; chat: number },
  tombstones = false,
): Promise<Target<'application'>> {
  const parent = applicationParent(appKey(path.token))
  const head = await requireChats(ports, path.token)
  const known = await requireCurrent<'application'>(ports, parent, path.chat, head, tombstones)
  return { parent, number: path.chat, head, known }
}

export async function openApplication(
  ports: ReadPorts,
  path: { token: string },
  tombstones = false,
): Promise<Target<'root'>> {
  return { parent: root, ...(await requireApplication(ports, path.token, tombstones)) }
}
