import { realpathSync } from 'node:fs'
import type { components } from './api.ts'
import { clientOf } from './client.ts'

type Say = components['schemas']['MessageCreate']

/**
 * A whole conversation, from creating its application on; `tell` gets each line to print:
 * node docs/examples/chat.ts http://localhost:3000
 */
export async function conversation(baseUrl: string, tell: (line: string) => void): Promise<void> {
  const client = clientOf({
    baseUrl,
    ...(process.env.OPERATOR_KEY ? { operatorKey: process.env.OPERATOR_KEY } : {}),
  })
  const limits = await client.call('get', '/limits')
  tell(`up to ${limits.batch_messages} messages at once`)

  const { token } = await client.call('post', '/applications', { json: { name: 'Example' } })
  const lunch = await client.call('post', '/applications/{token}/chats', {
    path: { token },
    json: { title: 'Lunch' },
  })
  tell(`chat ${lunch.number}: ${lunch.title}`)

  const chat = { token, chat: lunch.number }
  const say = (json: Say, headers = {}) =>
    client.call('post', '/applications/{token}/chats/{chat}/messages', {
      path: chat,
      json,
      headers,
    })
  await say({ body: 'Soup or salad?', sender: 'ann' })
  // Sent twice with one key, as after a lost response: it is one message.
  const key = { 'Idempotency-Key': crypto.randomUUID() }
  for (const _ of ['sent', 'sent again']) await say({ body: 'Soup, please', sender: 'bob' }, key)
  const batch = [
    { body: 'Tomato or potato?', sender: 'ann' },
    { body: 'スープ!', sender: 'eve' },
  ]
  await client.call('post', '/applications/{token}/chats/{chat}/messages/batch', {
    path: chat,
    json: { messages: batch },
  })
  for await (const message of client.messages(chat))
    tell(`${message.number} ${message.sender}: ${message.body}`)

  const found = await client.call('get', '/applications/{token}/chats/{chat}/messages/search', {
    path: chat,
    query: { q: 'ープ' },
  })
  tell(`ープ is in ${found.data.map(({ number }) => number).join(', ')} of ${found.page.total}`)

  const message = '/applications/{token}/chats/{chat}/messages/{message}'
  await client.call('patch', message, {
    path: { ...chat, message: 2 },
    json: { body: 'Salad, please' },
  })
  const changed = await client.call('get', message, { path: { ...chat, message: 2 } })
  tell(`2 is now: ${changed.body}`)
  await client.call('delete', message, { path: { ...chat, message: 1 } })
  const left: number[] = []
  for await (const { number } of client.messages(chat)) left.push(number)
  tell(`left: ${left.join(', ')}`)
}

// Started as a command, not imported. From Node 24.2 on, import.meta.main says the same.
const [, script] = process.argv
if (script && realpathSync(script) === import.meta.filename) {
  const [baseUrl = 'http://localhost:3000'] = process.argv.slice(2)
  await conversation(baseUrl, console.log)
}
