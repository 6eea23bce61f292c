import { clientOf } from './client.ts'

/**
 * A conversation from its application to its end, line by line as it is told on the terminal:
 * node docs/examples/chat.ts http://localhost:3000
 */
export async function conversation(baseUrl: string, tell: (line: string) => void): Promise<void> {
  const client = clientOf({
    baseUrl,
    ...(process.env.OPERATOR_KEY ? { operatorKey: process.env.OPERATOR_KEY } : {}),
  })
  const { batch_messages: most } = await client.limits()
  tell(`up to ${most} messages at once`)

  const { token } = await client.createApplication({ name: 'Example' })
  const chat = await client.createChat(token, { title: 'Lunch' })
  tell(`chat ${chat.number}: ${chat.title}`)

  await client.createMessage(token, chat.number, { body: 'Soup or salad?', sender: 'ann' })
  // Sent twice with one key, as after a lost answer: it is one message.
  const key = crypto.randomUUID()
  for (const _ of ['sent', 'sent again'])
    await client.createMessage(token, chat.number, { body: 'Soup, please', sender: 'bob' }, key)
  await client.createMessages(token, chat.number, [
    { body: 'Tomato or potato?', sender: 'ann' },
    { body: 'スープ!', sender: 'eve' },
  ])
  for await (const message of client.messages(token, chat.number))
    tell(`${message.number} ${message.sender}: ${message.body}`)

  const found = await client.search(token, chat.number, 'ープ')
  tell(`ープ is in ${found.data.map(({ number }) => number).join(', ')} of ${found.page.total}`)

  await client.updateMessage(token, chat.number, 2, { body: 'Salad, please' })
  tell(`2 is now: ${(await client.message(token, chat.number, 2)).body}`)
  await client.deleteMessage(token, chat.number, 1)
  const left: number[] = []
  for await (const { number } of client.messages(token, chat.number)) left.push(number)
  tell(`left: ${left.join(', ')}`)
}

if (import.meta.main) {
  const [baseUrl = 'http://localhost:3000'] = process.argv.slice(2)
  await conversation(baseUrl, console.log)
}
