import { afterAll, describe, expect, test } from 'vitest'
import { allOf, chatAt, newApplication, newChat, say } from '../support/chats.ts'
import { get, post, read, shapes } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'
import { closeDatabase, storedChats, storedMessages } from '../support/stored.ts'

afterAll(closeDatabase)

const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const byNumber = (messages: { number: number; body: string }[]) =>
  messages.map(({ number, body }) => ({ number, body })).toSorted((a, b) => a.number - b.number)

describe('numbers', () => {
  test('of 200 messages sent at once to one chat are exactly 1 to 200, and are stored with their bodies', async () => {
    const chat = await newChat()
    const made = await inParallel(200, 200, (i) => say(chat, `message ${i}`))
    expect(ascending(made.map(({ number }) => number))).toEqual(upTo(200))
    const stored = await until(
      'all are stored',
      120,
      () => storedMessages(chat),
      (rows) => rows.length >= 200,
    )
    expect(stored).toEqual(byNumber(made))
  })

  test('of chats made at once are exactly 1 to n, and each takes messages at once', async () => {
    const token = await newApplication()
    const chats = await inParallel(40, 40, async (i) => {
      const chat = await newChat(token)
      return { chat, message: await say(chat, `first ${i}`) }
    })
    expect(ascending(chats.map(({ chat }) => chat.number))).toEqual(upTo(40))
    expect(chats.map(({ message }) => message.number)).toEqual(chats.map(() => 1))
  })

  test('of 1,000 messages in one chat and of 50 chats by 32 clients are exact, in rows and counts too', async () => {
    const token = await newApplication()
    const chat = await newChat(token)
    const [messages, chats] = await Promise.all([
      inParallel(24, 1000, (i) => say(chat, `body ${i} 😀`)),
      inParallel(8, 49, async (i) =>
        read(await post(`/applications/${token}/chats`, { title: `t${i}` }), 201, shapes.chat),
      ),
    ])
    expect(ascending(messages.map(({ number }) => number))).toEqual(upTo(1000))
    expect(ascending([chat.number, ...chats.map(({ number }) => number)])).toEqual(upTo(50))

    const counts = async () => ({
      messages: read(await get(chat.path), 200, shapes.chat).messages_count,
      chats: read(await get(`/applications/${token}`), 200, shapes.application).chats_count,
    })
    const exact = { messages: 1000, chats: 50 }
    await until(
      'the counts are exact',
      120,
      counts,
      (now) => now.messages >= 1000 && now.chats >= 50,
    )
    expect(await counts()).toEqual(exact)
    expect(await storedMessages(chat)).toEqual(byNumber(messages))
    expect(await storedChats(token)).toEqual(upTo(50))
    expect(byNumber(await allOf(chat.messages, shapes.message))).toEqual(byNumber(messages))
    const titles = new Map(
      (await allOf(`/applications/${token}/chats`, shapes.chat)).map((c) => [c.number, c.title]),
    )
    expect(chats.map(({ number }) => titles.get(number))).toEqual(chats.map(({ title }) => title))
  })

  test('are listed without a hole while messages come in', async () => {
    const chat = await newChat()
    let sent = false
    const sending = inParallel(8, 150, (i) => say(chat, `m ${i}`)).finally(() => {
      sent = true
    })
    const seen: number[] = []
    while (!sent) {
      const numbers = (await allOf(chat.messages, shapes.message)).map(({ number }) => number)
      expect(numbers).toEqual(upTo(numbers.length))
      seen.push(numbers.length)
    }
    await sending
    expect(seen).toEqual(ascending(seen))
    expect((await allOf(chat.messages, shapes.message)).map(({ number }) => number)).toEqual(
      upTo(150),
    )
  })

  test('of a chat go on where they were, whoever sends and however long it has been quiet', async () => {
    const chat = await newChat()
    await inParallel(5, 5, (i) => say(chat, `${i}`))
    await until(
      'all are stored',
      60,
      () => storedMessages(chat),
      (rows) => rows.length === 5,
    )
    expect((await say(chatAt(chat.token, chat.number), 'next')).number).toBe(6)
  })
})
