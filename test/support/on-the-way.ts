import { table } from '../../functions/clients/dynamodb.ts'
import { depthOf } from '../../functions/clients/queue-depth.ts'
import { sqs } from '../../functions/clients/sqs.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import type { Entry } from '../../functions/protocol/model/entry.ts'
import { chatParent, parentKey } from '../../functions/protocol/model/parent.ts'
import { type Head, headKey, readHead } from '../../functions/protocol/table/head.ts'
import { type Request, readRequest } from '../../functions/protocol/table/request.ts'
import { allWaiting } from '../../functions/protocol/table/waiting-items.ts'
import { dueKeys } from '../../functions/sweep/due-keys.ts'
import type { Chat } from './chats.ts'

/** How many messages the stack's queue holds, of all chats. */
export const queued = (): Promise<number> => depthOf(sqs(), process.env.QUEUE_URL ?? '')

/** Later than anything is due: the sweep puts a request off by hours at most. */
const farAhead = 24 * 60 * 60_000

export interface OnTheWay {
  head: Head
  /** Entries that were moved out of the HEAD. */
  waiting: Entry[]
  /** Requests of the chat's messages that a sweep will look at. */
  due: Request[]
}

/** What the stack's table (TABLE_NAME) has of a chat's messages. Throws if the chat has no HEAD. */
export async function onTheWay(chat: Chat): Promise<OnTheWay> {
  const parent = chatParent(appKey(chat.token), chat.number)
  const found = await table().get(headKey(parent))
  if (!found) throw new Error(`${chat.path} has no HEAD`)
  const due: Request[] = []
  for await (const keys of dueKeys(table(), Date.now() + farAhead, () => 100))
    for (const item of await table().batchGet(keys))
      if (item?.due !== undefined && item.parent === parentKey(parent)) due.push(readRequest(item))
  return { head: readHead(found), waiting: await allWaiting(table(), parent), due }
}
