import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { messageKind } from '../kinds/message.ts'
import { appKey } from '../protocol/model/app-key.ts'
import { chatParent } from '../protocol/model/parent.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { requireChat } from '../protocol/read/require.ts'
import { readPage } from './children-page.ts'
import { readPorts } from './wiring.ts'

/** A page of a chat's messages by number, those on their way included. Throws 404, 503. */
export async function listMessages(
  ports: ReadPorts,
  call: Call<'list-messages'>,
): Promise<HttpResponse> {
  const { token, chat } = call.path
  const head = await requireChat(ports, token, chat, 'read')
  const parent = chatParent(appKey(token), chat)
  return readPage<'chat'>(ports, parent, head, call.query, (one) =>
    messageKind.represent(one.row, one.status),
  )
}

export const handler = mysqlEndpoint('list-messages', (call, sql, request) =>
  listMessages(readPorts(sql, request), call),
)
