import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { chatKind } from '../kinds/chat.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { applicationParent } from '../protocol/model/parent.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { requireChats } from '../protocol/read/require.ts'
import { readPage } from './children-page.ts'
import { readPorts } from './wiring.ts'

/** A page of an application's chats by number, those on their way included. Throws 404, 503. */
export async function listChats(ports: ReadPorts, call: Call<'list-chats'>): Promise<HttpResponse> {
  const { token } = call.path
  const head = await requireChats(ports, token, 'read')
  const parent = applicationParent(appKey(token))
  return readPage<'application'>(ports, parent, head, call.query, (one) =>
    chatKind.represent(one.row, one.status),
  )
}

export const handler = mysqlEndpoint('list-chats', (call, sql, request) =>
  listChats(readPorts(sql, request), call),
)
