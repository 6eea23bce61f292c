import { type Call, endpoint } from '../api/endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { table } from '../clients/dynamodb.ts'
import { mysql } from '../clients/mysql.ts'
import { appKey } from '../protocol/change.ts'
import { type ReadPorts, requireChats } from '../protocol/current.ts'
import { applicationParent } from '../protocol/parent.ts'
import { representChat } from '../resources/chat.ts'
import { rowsOf } from '../rows/rows.ts'
import { readPage } from './page.ts'

/** A page of an application's chats by number, those on their way included. Throws 404, 503. */
export async function listChats(ports: ReadPorts, call: Call<'list-chats'>): Promise<Answer> {
  const { token } = call.path
  const head = await requireChats(ports, token)
  const parent = applicationParent(appKey(token))
  return readPage<'application'>(ports, parent, head, call.query, (one) =>
    representChat(one.row, one.status),
  )
}

export const handler = endpoint('list-chats', (call) =>
  listChats({ table: table(), rows: rowsOf(mysql()) }, call),
)
