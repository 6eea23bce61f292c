import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { Operation } from '../../functions/api/routes.ts'
import { operationEvent } from '../support/operation-event.ts'
import { inParallel, until } from '../support/parallel.ts'

/** A request as its function gets it. */
export interface Asked {
  operation: Operation
  event: APIGatewayProxyEvent
}
/** An operation's function. */
export type Invoke = (asked: Asked) => Promise<{ status: number; body: unknown }>

/** A tenant's application. Its chat 1 has `large` messages; it writes to chat 2. */
export interface Tenant {
  token: string
}

const ask = (
  operation: Operation,
  path: Record<string, string>,
  more?: Parameters<typeof operationEvent>[2],
): Asked => ({ operation, event: operationEvent(operation, path, more) })

/** Messages of the hostile tenant's first chat: more than one response takes. */
const large = { messages: 480, bytes: 15_000, together: 8 }
const body = (first: string): string => `${first} ${'a'.repeat(large.bytes)}`

const created = async (invoke: Invoke, asked: Asked): Promise<unknown> => {
  const { status, body: made } = await invoke(asked)
  if (status !== 201) throw new Error(`${asked.operation}: ${status} ${JSON.stringify(made)}`)
  return made
}

/** A new application with two chats, the first with large messages, which are stored. */
export async function hostileTenant(invoke: Invoke): Promise<Tenant> {
  const tenant = await newTenant(invoke)
  const chat = { ...tenant, chat: '1' }
  await inParallel(4, large.messages / large.together, (i) => {
    const messages = Array.from({ length: large.together }, (_, n) => ({ body: body(`${i}-${n}`) }))
    return created(invoke, ask('create-messages', chat, { json: { messages } }))
  })
  await created(invoke, ask('create-message', { ...tenant, chat: '2' }, { json: { body: 'x' } }))
  await until(
    'all are stored',
    180,
    async () => Object((await invoke(ask('show-chat', chat))).body).messages_count,
    (count) => count === large.messages,
  )
  return tenant
}

/** A new application with two chats. */
export async function newTenant(invoke: Invoke): Promise<Tenant> {
  const { token } = Object(
    await created(invoke, ask('create-application', {}, { json: { name: 'Tenant' } })),
  )
  for (const title of ['first', 'second'])
    await created(invoke, ask('create-chat', { token }, { json: { title } }))
  return { token }
}

const first = ({ token }: Tenant) => ({ token, chat: '1' })
const second = ({ token }: Tenant) => ({ token, chat: '2' })
const search = (tenant: Tenant, q: string) =>
  ask('search-messages', first(tenant), { query: { q: [q], limit: ['1000'] } })

/** What a hostile tenant asks for again and again, from many places at once. */
export const hostileKinds: Record<string, (tenant: Tenant) => Asked> = {
  'a number of 130,000 digits': (tenant) =>
    ask('create-message', second(tenant), {
      raw: `{"body":"x","metadata":{"a":1.${'0'.repeat(129_900)}1}}`,
    }),
  'four megabytes of brackets for an unknown token': () =>
    ask('create-message', { token: 'x'.repeat(32), chat: '1' }, { raw: '['.repeat(4_000_000) }),
  'twelve thousand unknown fields': (tenant) =>
    ask('create-message', second(tenant), {
      raw: `{${Array.from({ length: 12_000 }, (_, i) => `"${i}":1`).join(',')}}`,
    }),
  'a search for what nearly matches everywhere': (tenant) => search(tenant, `${'a'.repeat(255)}b`),
  'a search for what matches everywhere': (tenant) => search(tenant, 'a'),
  'a list of a thousand large messages': (tenant) =>
    ask('list-messages', first(tenant), { query: { limit: ['1000'] } }),
  'a batch of a hundred messages': (tenant) =>
    ask('create-messages', second(tenant), {
      json: { messages: Array.from({ length: 100 }, (_, i) => ({ body: `message ${i}` })) },
    }),
  'edits of one message at once': (tenant) =>
    ask(
      'update-message',
      { ...second(tenant), message: '1' },
      { json: { body: `${Math.random()}` } },
    ),
  'edits of the application at once': (tenant) =>
    ask('update-application', { ...tenant }, { json: { name: `${Math.random()}` } }),
  'an unknown token': () => ask('show-chat', { token: crypto.randomUUID(), chat: '1' }),
  'a wrong key': () => ask('list-applications', {}, { headers: { Authorization: 'Bearer wrong' } }),
}

/** What the other tenant does. */
export const goodKinds: Record<string, (tenant: Tenant, i: number) => Asked> = {
  create: (tenant, i) => ask('create-message', first(tenant), { json: { body: `good ${i}` } }),
  show: (tenant) => ask('show-message', { ...first(tenant), message: '1' }),
  list: (tenant) => ask('list-messages', first(tenant), { query: { limit: ['50'] } }),
  search: (tenant) => ask('search-messages', first(tenant), { query: { q: ['good'] } }),
}
