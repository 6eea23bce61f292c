import { beforeAll, describe, expect, test } from 'vitest'
import { allOf, type Chat, newApplication, newChat, say } from '../support/chats.ts'
import { found, get, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until } from '../support/parallel.ts'
import { oddTexts } from '../support/texts.ts'

describe('a text comes back unchanged', () => {
  let chat: Chat
  const numbers = new Map<string, number>()

  beforeAll(async () => {
    chat = await newChat()
    await inParallel(6, oddTexts.length, async (i) => {
      const [name, text] = oddTexts[i] ?? ['', '']
      const more = { sender: text, metadata: { [text]: [text, { deep: text }] } }
      numbers.set(name, (await say(chat, text, more)).number)
    })
  })
  const expected = (text: string) => ({
    body: text,
    sender: text,
    metadata: { [text]: [text, { deep: text }] },
  })

  test.each(oddTexts)('from its create, show and list: %s', async (name, text) => {
    const number = numbers.get(name) ?? 0
    expect(read(await get(`${chat.messages}/${number}`), 200, shapes.message)).toMatchObject(
      expected(text),
    )
    const listed = (await allOf(chat.messages, shapes.message)).find(
      (message) => message.number === number,
    )
    expect(listed).toMatchObject(expected(text))
  })

  test.each(oddTexts)('from search, which finds it by its whole text: %s', async (name, text) => {
    const answer = read(
      await get(`${chat.messages}/search?q=${encodeURIComponent(text)}`),
      200,
      found,
    )
    const hit = answer.data.find((message) => message.number === numbers.get(name))
    expect(hit).toMatchObject({
      ...expected(text),
      highlights: [{ start: 0, end: [...text].length }],
    })
  })

  test('once it is stored, too', async () => {
    const isStored = (all: { status: string }[]) =>
      all.every((message) => message.status === 'stored')
    const all = await until(
      'all are stored',
      60,
      () => allOf(chat.messages, shapes.message),
      isStored,
    )
    const bodyOf = new Map(all.map((message) => [message.number, message]))
    for (const [name, text] of oddTexts)
      expect(bodyOf.get(numbers.get(name) ?? 0), name).toMatchObject(expected(text))
  })

  test.each(oddTexts)('as a name and as a title: %s', async (_, text) => {
    const token = await newApplication(text)
    expect(read(await get(`/applications/${token}`), 200, shapes.application).name).toBe(text)
    const made = read(await post(`/applications/${token}/chats`, { title: text }), 201, shapes.chat)
    const shown = read(await get(`/applications/${token}/chats/${made.number}`), 200, shapes.chat)
    expect([made.title, shown.title]).toEqual([text, text])
  })

  test.each(oddTexts)('by an edit: %s', async (_, text) => {
    const path = `${chat.messages}/1`
    expect(read(await send('PUT', path, { json: { body: text } }), 200, shapes.message).body).toBe(
      text,
    )
    expect(read(await get(path), 200, shapes.message).body).toBe(text)
  })
})

describe('a request body', () => {
  test('is read as JSON means it: escapes, white space, duplicate names, odd numbers in metadata', async () => {
    const chat = await newChat()
    const raw =
      ' \n{ "body" : "no", "metadata":{"a":1.50,"b":1e3,"__proto__":[1],"constructor":{"x":null}}, "body":"\\u0041\\ud83d\\ude00\\/" } '
    const made = read(await send('POST', chat.messages, { raw }), 201, shapes.message)
    expect(made.body).toBe('A😀/')
    const expected = '{"a":1.5,"b":1000,"__proto__":[1],"constructor":{"x":null}}'
    expect(JSON.stringify(made.metadata)).toBe(expected)
    const stored = await until(
      'it is stored',
      60,
      async () => read(await get(`${chat.messages}/1`), 200, shapes.message),
      (message) => message.status === 'stored',
    )
    expect(JSON.stringify(stored.metadata)).toBe(expected)
  })
  test('may be of any content type', async () => {
    const chat = await newChat()
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'image/png',
      'application/json; charset=latin1',
    ]) {
      const headers = { 'Content-Type': type }
      const made = await send('POST', chat.messages, { json: { body: 'ü' }, headers })
      expect(read(made, 201, shapes.message).body).toBe('ü')
    }
  })
  test('may be as long as the limits, however its characters are written', async () => {
    const chat = await newChat()
    const longest = [
      'x'.repeat(16_384),
      '😀'.repeat(4_096),
      '\u0001'.repeat(16_384),
      '"'.repeat(16_384),
      `${'é'.repeat(8_191)}\n\n`,
    ]
    for (const body of longest) {
      const { number } = await say(chat, body)
      expect(read(await get(`${chat.messages}/${number}`), 200, shapes.message).body).toBe(body)
    }
    const list = await until(
      'all are stored',
      60,
      () => allOf(chat.messages, shapes.message),
      (all) => all.every((message) => message.status === 'stored'),
    )
    expect(list.map(({ body }) => body)).toEqual(longest)
  })
  test('may hold metadata as deep as its size allows', async () => {
    const chat = await newChat()
    const metadata = { a: JSON.parse('['.repeat(2_045) + ']'.repeat(2_045)) }
    await say(chat, 'deep', { metadata })
    const stored = await until(
      'it is stored',
      60,
      async () => read(await get(`${chat.messages}/1`), 200, shapes.message),
      (message) => message.status === 'stored',
    )
    expect(JSON.stringify(stored.metadata)).toBe(JSON.stringify(metadata))
    const hits = read(await get(`${chat.messages}/search?q=deep`), 200, found).data
    expect(JSON.stringify(hits[0]?.metadata)).toBe(JSON.stringify(metadata))
  })
})
