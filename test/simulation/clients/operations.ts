import { createApplication } from '../../../functions/accept/create-application.ts'
import { createChat } from '../../../functions/accept/create-chat.ts'
import { createMessage } from '../../../functions/accept/create-message.ts'
import type { Call } from '../../../functions/api/call.ts'
import type { HttpResponse } from '../../../functions/api/http-response.ts'
import { problemResponse } from '../../../functions/api/problem-response.ts'
import type { Path } from '../../../functions/api/read-path.ts'
import type { Operation } from '../../../functions/api/routes.ts'
import { deleteApplication } from '../../../functions/edit/delete-application.ts'
import { deleteChat } from '../../../functions/edit/delete-chat.ts'
import { deleteMessage } from '../../../functions/edit/delete-message.ts'
import { updateApplication } from '../../../functions/edit/update-application.ts'
import { updateChat } from '../../../functions/edit/update-chat.ts'
import { updateMessage } from '../../../functions/edit/update-message.ts'
import { listApplications } from '../../../functions/read/list-applications.ts'
import { listChats } from '../../../functions/read/list-chats.ts'
import { listMessages } from '../../../functions/read/list-messages.ts'
import { searchMessages } from '../../../functions/read/search-messages.ts'
import { showApplication } from '../../../functions/read/show-application.ts'
import { showChat } from '../../../functions/read/show-chat.ts'
import { showMessage } from '../../../functions/read/show-message.ts'
import { instanceOf } from '../instance.ts'
import { type Ports, portsOf } from '../ports.ts'
import type { System } from '../system.ts'
import { isCrash } from '../world/crash.ts'

/**
 * What a client sees: an answer, or nothing when its function was killed or the reply got lost on
 * the way.
 */
export type Seen = HttpResponse | undefined

/** A request, as far as a client says it; the schemas of the edge have nothing to refuse in it. */
export interface Asked {
  path: Path
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  query?: object
  headers?: Record<string, string>
}
type Ask = (ports: Ports, asked: Asked) => Promise<HttpResponse>

/** What can be done to the things of one kind, each by the production code's operation. */
export interface Kind {
  noun: 'application' | 'chat' | 'message'
  /** The field that says what was written last. */
  field: 'name' | 'title' | 'body'
  create: Ask
  list: Ask
  show: Ask
  update: Ask
  remove: Ask
}

const clientPatienceMs = 30_000

/**
 * Runs an operation in an instance of a function that is free, or in a new one, as a request
 * through the gateway would. The instance is free again when the operation has ended; it goes with
 * one that is killed.
 */
export function invoke(system: System, label: string, ask: Ask, asked: Asked): Promise<Seen> {
  const { world } = system
  system.invocations += 1
  const process = { name: `${label}-${system.invocations}`, alive: true }
  const instance = system.instances.pop() ?? instanceOf(system)
  const { promise, resolve } = Promise.withResolvers<Seen>()
  // The gateway gives up, the function may go on: its effects are then nobody's answer.
  const patience = world.after(clientPatienceMs, () => resolve(undefined))
  // Nothing of it rejects: what the operation throws is a response.
  void ask(portsOf(system, process, instance), asked)
    .catch((error: unknown) => {
      if (isCrash(error)) world.crashes.add(`${label}: ${String(error)}`)
      const answer = problemResponse(error, label)
      if (answer.status === 500)
        world.note(
          `${process.name} failed: ${String(error)} ${error instanceof Error ? error.stack : ''}`,
        )
      return answer
    })
    .then((answer) => {
      system.instances.push(instance)
      world.cancel(patience)
      resolve(world.random() < system.faults.rate ? undefined : answer)
    })
  return promise
}

/** A call as the endpoint would make it of the request. */
function callOf<O extends Operation>(_: O, asked: Asked): Call<O> {
  const { method = 'POST', path, query = {}, headers = {}, body } = asked
  return {
    method,
    path,
    query,
    headers,
    body: () => body,
    requestId: 'simulated',
  } as unknown as Call<O>
}

const applications: Kind = {
  noun: 'application',
  field: 'name',
  create: (ports, asked) => createApplication(ports, callOf('create-application', asked), false),
  list: (ports, asked) => listApplications(ports, callOf('list-applications', asked)),
  show: (ports, asked) => showApplication(ports, callOf('show-application', asked)),
  update: (ports, asked) => updateApplication(ports, callOf('update-application', asked)),
  remove: (ports, asked) => deleteApplication(ports, callOf('delete-application', asked)),
}
const chats: Kind = {
  noun: 'chat',
  field: 'title',
  create: (ports, asked) => createChat(ports, callOf('create-chat', asked)),
  list: (ports, asked) => listChats(ports, callOf('list-chats', asked)),
  show: (ports, asked) => showChat(ports, callOf('show-chat', asked)),
  update: (ports, asked) => updateChat(ports, callOf('update-chat', asked)),
  remove: (ports, asked) => deleteChat(ports, callOf('delete-chat', asked)),
}
const messages: Kind = {
  noun: 'message',
  field: 'body',
  create: (ports, asked) => createMessage(ports, callOf('create-message', asked)),
  list: (ports, asked) => listMessages(ports, callOf('list-messages', asked)),
  show: (ports, asked) => showMessage(ports, callOf('show-message', asked)),
  update: (ports, asked) => updateMessage(ports, callOf('update-message', asked)),
  remove: (ports, asked) => deleteMessage(ports, callOf('delete-message', asked)),
}
/** The search in a chat. */
export const search: Ask = (ports, asked) => searchMessages(ports, callOf('search-messages', asked))

/** The kinds by where they are: in the root, in an application, in a chat. */
export const kinds: [Kind, Kind, Kind] = [applications, chats, messages]
