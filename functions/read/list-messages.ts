import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import { appKey } from '../protocol/change.ts'
import { type ReadPorts, requireChat } from '../protocol/current.ts'
import { chatParent } from '../protocol/parent.ts'
import { representMessage } from '../resources/message.ts'
import { rowsOf } from '../rows/rows.ts'
import { readPage } from './page.ts'

/** A page of a chat's messages by number, those on their way included. Throws 404, 503. */
export async function listMessages(ports: ReadPorts, call: Call<'list-messages'>): Promise<Answer> {
  const { token, chat } = call.path
  const head = await requireChat(ports, token, chat)
  const parent = chatParent(appKey(token), chat)
  return readPage<'chat'>(ports, parent, head, call.query, (one) =>
    representMessage(one.row, one.status),
  )
}

export const handler = endpoint('list-messages', (call) =>
  listMessages({ table: table(), rows: rowsOf(mysql()) }, call),
)
