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
import { type Ports, portsOf, systemOf } from '../simulation/ports.ts'

const path = join(import.meta.dirname, '..', 'fixtures', 'v1', 'requests.json')
const requests: Record<string, { stored: Item }> = JSON.parse(readFileSync(path, 'utf8'))

const token = 't'.repeat(32)
const call = <B>(body: B) => ({
  method: 'POST' as const,
  path: { token, chat: 1, message: 0 },
  query: {},
  body: () => body,
  headers: {},
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
const creates: Record<string, (ports: Ports) => Promise<HttpResponse>> = {
  'create of an application, with a key': (ports) =>
    createApplication(ports, call({ name: 'Kanzlei Weiß' }), true),
  'create of a chat, with a key': (ports) => createChat(ports, call(chat)),
  'create of a chat without fields': (ports) => createChat(ports, call({})),
  'create of a message, every field set': (ports) => createMessage(ports, call(everyField)),
  'create of a message without optional fields': (ports) =>
    createMessage(ports, call({ body: 'x' })),
  'create of a batch, with a key': (ports) => createMessage(ports, call({ messages })),
}

test.each(Object.entries(creates))(
  'a repeat of what version 1 was sent has the same hash: %s',
  async (name, create) => {
    const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
    const app = appKey(token)
    for (const parent of [root, applicationParent(app), chatParent(app, 1)])
      system.table.put(putHead(parent))
    await finish(system, create(portsOf(system, { name: 'test', alive: true })))
    const [request] = [...system.table.items.values()].filter(({ sk }) => sk === 'req')
    expect(request?.hash).toBe(requests[name]?.stored.hash)
  },
)
