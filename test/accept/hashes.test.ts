import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApplication } from '../../functions/accept/create-application.ts'
import { createChat } from '../../functions/accept/create-chat.ts'
import { createMessage } from '../../functions/accept/create-message.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent, root } from '../../functions/protocol/model/parent.ts'
import type { Item } from '../../functions/protocol/ports/table.ts'
import { putHead } from '../../functions/protocol/table/head-writes.ts'
import { finish } from '../simulation/finish.ts'
import { type Ports, portsOf } from '../simulation/ports.ts'
import { type System, systemOf } from '../simulation/system.ts'

const path = join(import.meta.dirname, '..', 'fixtures', 'v1', 'requests.json')
const requests: Record<string, { stored: Item }> = JSON.parse(readFileSync(path, 'utf8'))

const token = 't'.repeat(32)
const call = <B>(body: B) => ({
  method: 'POST' as const,
  path: { token, chat: 1, message: 0 },
  query: {},
  body: () => body,
  headers: { 'idempotency-key': 'k'.repeat(22) },
  requestId: 'r',
})
/** As text: in a literal `__proto__` would be the prototype. */
const metadata = JSON.parse('{"__proto__":{"x":1},"z":1,"a":[1.5,"ü",{"":""}],"n":1e21}')
const everyField = {
  body: 'Guten Tag, \u{1F600} e\u0301 \ufffe\uffff "\\" \u2028\n\u0001 \u4f60\u597d',
  sender: 'ann',
  metadata,
}
const messages = [{ body: 'One' }, { body: 'Two', sender: 'bob' }, { body: 'Three', metadata: {} }]
const chat = {
  title: 'Beratung \u{1F44B} No. 1',
  metadata: { topic: 'greetings', labels: ['neu', null, 1.5, true] },
}

/** The payloads that the fixtures were made from. */
type Create = (ports: Ports) => Promise<HttpResponse>
const creates: Record<string, Create> = {
  'create of an application, with a key': (ports) =>
    createApplication(ports, call({ name: 'Kanzlei Weiß' }), true),
  'create of a chat, with a key': (ports) => createChat(ports, call(chat)),
  'create of a chat without fields': (ports) => createChat(ports, call({})),
  'create of a message, every field set': (ports) => createMessage(ports, call(everyField)),
  'create of a message without optional fields': (ports) =>
    createMessage(ports, call({ body: 'x' })),
  'create of a batch, with a key': (ports) => createMessage(ports, call({ messages })),
}

/** The system with a parent of every kind, in which each call of a create has the same key. */
function prepared(): { system: System; ports: Ports } {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const app = appKey(token)
  for (const parent of [root, applicationParent(app), chatParent(app, 1)])
    system.table.put(putHead(parent))
  return { system, ports: portsOf(system, { name: 'test', alive: true }) }
}
const requestIn = ({ table }: System): [name: string, item: Item] => {
  const [found] = [...table.items].filter(([, { sk }]) => sk === 'req')
  if (!found) throw new Error('no request was recorded')
  return found
}

test.each(Object.entries(creates))(
  'a repeat of what version 1 was sent, and has recorded with its hash, gets its response: %s',
  async (name, create) => {
    const { system, ports } = prepared()
    const first = await finish(system, create(ports))
    const [key, item] = requestIn(system)
    system.table.items.set(key, { ...item, hash: requests[name]?.stored.hash ?? '' })
    const again = await finish(system, create(ports))
    expect(again.headers).toEqual({ ...first.headers, 'Idempotency-Replayed': 'true' })
    expect(again.body).toEqual(first.body)
  },
)

const spellings: [name: string, first: Create, again: Create][] = [
  [
    'the names of metadata in another order',
    (ports) => createMessage(ports, call({ body: 'x', metadata: { a: 1, b: { c: 2, d: 3 } } })),
    (ports) => createMessage(ports, call({ metadata: { b: { d: 3, c: 2 }, a: 1 }, body: 'x' })),
  ],
  [
    'an unset field written down',
    (ports) => createMessage(ports, call({ body: 'x' })),
    (ports) => createMessage(ports, call({ body: 'x', sender: null, metadata: null })),
  ],
  [
    'unset fields of one message of a batch',
    (ports) => createMessage(ports, call({ messages: [{ body: 'x' }, { body: 'y' }] })),
    (ports) =>
      createMessage(ports, call({ messages: [{ body: 'x', sender: null }, { body: 'y' }] })),
  ],
  [
    'a chat without a body, and with one that sets nothing',
    (ports) => createChat(ports, call({})),
    (ports) => createChat(ports, call({ metadata: null, title: null })),
  ],
]
test.each(spellings)('a repeat that is spelled in another way: %s', async (_, first, again) => {
  const { system, ports } = prepared()
  const made = await finish(system, first(ports))
  const repeated = await finish(system, again(ports))
  expect(repeated.headers).toEqual({ ...made.headers, 'Idempotency-Replayed': 'true' })
})

const others: [name: string, first: Create, again: Create][] = [
  [
    'another body',
    (ports) => createMessage(ports, call({ body: 'x' })),
    (ports) => createMessage(ports, call({ body: 'y' })),
  ],
  [
    'empty metadata, which is not none',
    (ports) => createMessage(ports, call({ body: 'x' })),
    (ports) => createMessage(ports, call({ body: 'x', metadata: {} })),
  ],
  [
    'a batch of one, which is no single message',
    (ports) => createMessage(ports, call({ body: 'x' })),
    (ports) => createMessage(ports, call({ messages: [{ body: 'x' }] })),
  ],
]
test.each(others)('another payload is refused: %s', async (_, first, again) => {
  const { system, ports } = prepared()
  await finish(system, first(ports))
  await expect(finish(system, again(ports))).rejects.toMatchObject({
    type: 'idempotency-key-reused',
  })
})
