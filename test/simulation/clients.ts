import { createApplication } from '../../functions/accept/create-application.ts'
import { createChat } from '../../functions/accept/create-chat.ts'
import { createMessage } from '../../functions/accept/create-message.ts'
import type { Call } from '../../functions/api/endpoint.ts'
import { type Answer, problemAnswer } from '../../functions/api/problem.ts'
import type { Operation } from '../../functions/api/routes.ts'
import { deleteChat as runDeleteChat } from '../../functions/edit/delete-chat.ts'
import { deleteMessage as runDeleteMessage } from '../../functions/edit/delete-message.ts'
import { updateMessage } from '../../functions/edit/update-message.ts'
import { listMessages } from '../../functions/read/list-messages.ts'
import { showMessage } from '../../functions/read/show-message.ts'
import { type Ports, portsOf, type System } from './ports.ts'

/** What a client sees: an answer, or nothing when its function was killed or the reply got lost on the way. */
export type Seen = Answer | undefined

const clientPatienceMs = 30_000
let calls = 0

/** Runs an operation in a function instance of its own, as a request through the gateway would. */
export function invoke(system: System, name: string, run: (ports: Ports) => Promise<Answer>): Promise<Seen> {
  const { world } = system
  const process = { name: `${name}-${calls++}`, alive: true }
  const { promise, resolve } = Promise.withResolvers<Seen>()
  // The gateway gives up, the function may go on: its effects are then nobody's answer.
  const patience = world.after(clientPatienceMs, () => resolve(undefined))
  run(portsOf(system, process))
    .catch((error: unknown) => {
      const answer = problemAnswer(error, name)
      if (answer.status === 500)
        world.note(`${process.name} failed: ${String(error)} ${error instanceof Error ? error.stack : ''}`)
      return answer
    })
    .then((answer) => {
      world.cancel(patience)
      resolve(world.random() < system.faults.rate ? undefined : answer)
    })
  return promise
}

/** A call as the endpoint would make it of a request; the body is already checked there. */
function callOf<O extends Operation>(
  _: O,
  path: Partial<Call<O>['path']>,
  body: unknown,
  more: { method?: Call<O>['method']; key?: string | undefined; query?: unknown } = {},
): Call<O> {
  const call = {
    method: more.method ?? 'POST',
    path: { token: '', chat: 0, message: 0, ...path },
    query: more.query ?? {},
    body: () => body,
    headers: more.key === undefined ? {} : { 'idempotency-key': more.key },
    requestId: 'simulated',
  }
  return call as unknown as Call<O>
}

export const postApplication = (system: System, name: string, key: string) =>
  invoke(system, 'create-application', (ports) =>
    createApplication(ports, callOf('create-application', {}, { name }, { key }), true),
  )
export const postChat = (system: System, token: string, title: string, key: string | undefined) =>
  invoke(system, 'create-chat', (ports) =>
    createChat(ports, callOf('create-chat', { token }, { title }, { key })),
  )
export const postMessage = (
  system: System,
  token: string,
  chat: number,
  body: string,
  key: string | undefined,
) =>
  invoke(system, 'create-message', (ports) =>
    createMessage(ports, callOf('create-message', { token, chat }, { body }, { key })),
  )
export const postMessages = (
  system: System,
  token: string,
  chat: number,
  bodies: string[],
  key: string | undefined,
) =>
  invoke(system, 'create-message', (ports) => {
    const messages = bodies.map((body) => ({ body }))
    return createMessage(ports, callOf('create-message', { token, chat }, { messages }, { key }))
  })
export const deleteMessage = (system: System, token: string, chat: number, message: number) =>
  invoke(system, 'delete-message', (ports) =>
    runDeleteMessage(
      ports,
      callOf('delete-message', { token, chat, message }, undefined, { method: 'DELETE' }),
    ),
  )
export const deleteChat = (system: System, token: string, chat: number) =>
  invoke(system, 'delete-chat', (ports) =>
    runDeleteChat(ports, callOf('delete-chat', { token, chat }, undefined, { method: 'DELETE' })),
  )
export const patchMessage = (system: System, token: string, chat: number, message: number, body: string) =>
  invoke(system, 'update-message', (ports) =>
    updateMessage(ports, callOf('update-message', { token, chat, message }, { body }, { method: 'PATCH' })),
  )
export const getMessage = (system: System, token: string, chat: number, message: number) =>
  invoke(system, 'show-message', (ports) =>
    showMessage(ports, callOf('show-message', { token, chat, message }, undefined, { method: 'GET' })),
  )
export const getMessages = (system: System, token: string, chat: number, query: object) =>
  invoke(system, 'list-messages', (ports) =>
    listMessages(ports, callOf('list-messages', { token, chat }, undefined, { method: 'GET', query })),
  )
