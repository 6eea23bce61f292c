import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { type AcceptPorts, newRows } from './accept.ts'
import { acceptMessages, createdBatch } from './accept-messages.ts'
import { acceptPorts } from './wiring.ts'

/**
 * Numbers up to 100 messages in their chat at once; 201 with them. They have consecutive numbers in
 * their order, are accepted whole or not at all, and repeat whole. Throws Problems (see reserve).
 */
export async function createMessages(
  ports: AcceptPorts,
  call: Call<'create-messages'>,
): Promise<HttpResponse> {
  const made = await acceptMessages(ports, call, () => ({
    batch: true,
    messages: call.body().messages,
  }))
  return createdBatch(made, newRows(made), '../messages')
}

export const handler = applicationEndpoint('create-messages', (call, request) =>
  createMessages(acceptPorts(request), call),
)
