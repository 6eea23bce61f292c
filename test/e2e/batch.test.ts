import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { allOf, type Chat, newChat, say } from '../support/chats.ts'
import { get, pageOf, post, read, shapes } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'

const shape = v.strictObject({ data: v.array(shapes.message) })
const texts = (count: number, name = 'batch') => upTo(count).map((i) => ({ body: `${name} ${i}` }))
const numbers = (messages: { number: number }[]) => messages.map(({ number }) => number)

/** A batch goes to a path of its own, and by the first version's way to that of single messages. */
const ways = [
  ['at its own path', (chat: Chat) => `${chat.messages}/batch`, '../messages'],
  ['at the path of single messages', (chat: Chat) => chat.messages, 'messages'],
] as const

describe.each(ways)('a batch %s', (_, to, list) => {
  test('of 100 gets consecutive numbers in its order, and Location lists just these', async () => {
    const chat = await newChat()
    await say(chat, 'before')
    const answer = await post(to(chat), { messages: texts(100) })
    const { data } = read(answer, 201, shape)
    expect(numbers(data)).toEqual(upTo(101).slice(1))
    expect(data.map(({ body }) => body)).toEqual(texts(100).map(({ body }) => body))
    const location = answer.headers.get('Location') ?? ''
    expect(location).toBe(`${list}?after=1&limit=100`)
    const listed = await get(new URL(location, `http://x${to(chat)}`).href.replace('http://x', ''))
    expect(read(listed, 200, pageOf(shapes.message)).data.map(({ body }) => body)).toEqual(
      data.map(({ body }) => body),
    )
    expect((await say(chat, 'after')).number).toBe(102)
    await until(
      'all are counted',
      90,
      async () => read(await get(chat.path), 200, shapes.chat).messages_count,
      (count) => count === 102,
    )
  })

  test('is accepted whole or not at all: one that is invalid is named, and no number is used', async () => {
    const chat = await newChat()
    const messages: { body: string; extra?: number }[] = texts(5)
    messages[3] = { body: ' ' }
    const answer = await post(to(chat), { messages })
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/messages/3/body' }] },
    })
    messages[3] = { body: 'x', extra: 1 }
    expect((await post(to(chat), { messages })).body).toMatchObject({
      errors: [{ pointer: '/messages/3/extra' }],
    })
    expect(await allOf(chat.messages, shapes.message)).toEqual([])
    expect((await say(chat, 'first')).number).toBe(1)
  })

  test.each([
    ['none', { messages: [] }, '/messages'],
    ['101', { messages: texts(101) }, '/messages'],
    ['what is no list', { messages: { body: 'x' } }, '/messages'],
    ['null', { messages: null }, '/messages'],
    ['a text in it', { messages: ['x'] }, '/messages/0'],
    ['a list in it', { messages: [[{ body: 'x' }]] }, '/messages/0'],
    ['a field beside it', { messages: [{ body: 'x' }], body: 'x' }, '/body'],
  ])('of %s is 422', async (_, json, pointer) => {
    const chat = await newChat()
    const answer = await post(to(chat), json)
    expect(answer.status).toBe(422)
    expect(JSON.stringify(answer.body)).toContain(`"pointer":"${pointer}`)
    expect((await say(chat, 'first')).number).toBe(1)
  })

  test('of more than 128 KiB is 413', async () => {
    const chat = await newChat()
    const messages = upTo(9).map(() => ({ body: 'x'.repeat(16_000) }))
    expect((await post(to(chat), { messages })).status).toBe(413)
    const most = messages.slice(0, 8)
    expect(numbers(read(await post(to(chat), { messages: most }), 201, shape).data)).toEqual(
      upTo(8),
    )
  })

  test('with a key is created once and gets equal responses, also when 12 send it at once', async () => {
    const chat = await newChat()
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    const answers = await inParallel(12, 12, () => post(to(chat), { messages: texts(10) }, headers))
    for (const answer of answers) expect(read(answer, 201, shape)).toEqual(answers[0]?.body)
    const replay = await post(to(chat), { messages: texts(10) }, headers)
    expect(replay.headers.get('Idempotency-Replayed')).toBe('true')
    expect(replay.headers.get('Location')).toBe(`${list}?after=0&limit=10`)
    expect(numbers(await allOf(chat.messages, shapes.message))).toEqual(upTo(10))
    for (const json of [{ messages: texts(9) }, texts(1)[0]])
      expect((await post(to(chat), json, headers)).status).toBe(422)
  })

  test('stays in one piece beside other batches and single messages, and no number is missing', async () => {
    const chat = await newChat()
    const answers = await inParallel(12, 36, async (i) =>
      i % 3 === 0
        ? [await say(chat, `single ${i}`)]
        : read(await post(to(chat), { messages: texts(7, `batch ${i}`) }), 201, shape).data,
    )
    for (const data of answers)
      expect(numbers(data)).toEqual(data.map((_, i) => (data[0]?.number ?? 0) + i))
    const count = 12 + 24 * 7
    expect(answers.flatMap(numbers).toSorted((a, b) => a - b)).toEqual(upTo(count))
    expect(numbers(await allOf(chat.messages, shapes.message))).toEqual(upTo(count))
  })
})

describe('a key', () => {
  test('means one request at both paths: a batch is repeated at either, and goes nowhere twice', async () => {
    for (const [first, second] of [ways, ways.toReversed()]) {
      if (!first || !second) throw new Error('two ways')
      const chat = await newChat()
      const headers = { 'Idempotency-Key': crypto.randomUUID() }
      const made = await post(first[1](chat), { messages: texts(3) }, headers)
      const again = await post(second[1](chat), { messages: texts(3) }, headers)
      expect(again.headers.get('Idempotency-Replayed')).toBe('true')
      expect(again.headers.get('Location')).toBe(`${second[2]}?after=0&limit=3`)
      expect(read(again, 201, shape)).toEqual(read(made, 201, shape))
      expect(numbers(await allOf(chat.messages, shapes.message))).toEqual(upTo(3))
    }
  })

  test('of a single message is another payload than a batch of one', async () => {
    const chat = await newChat()
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    await post(chat.messages, { body: 'x' }, headers)
    const batch = await post(`${chat.messages}/batch`, { messages: [{ body: 'x' }] }, headers)
    expect(batch.status).toBe(422)
  })
})

describe('the path of batches', () => {
  test('takes no single message, and nothing but POST', async () => {
    const chat = await newChat()
    const single = await post(`${chat.messages}/batch`, { body: 'x' })
    expect(single).toMatchObject({ status: 422, body: { errors: [{ pointer: '/body' }] } })
    const shown = await get(`${chat.messages}/batch`)
    expect(shown.status).toBe(405)
    expect(shown.headers.get('Allow')).toBe('POST, OPTIONS')
  })
})
