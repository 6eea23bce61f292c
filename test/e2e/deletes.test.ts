import { describe, expect, test } from 'vitest'
import { allOf, chatAt, newApplication, newChat, say } from '../support/chats.ts'
import { found, get, post, read, send, shapes } from '../support/http.ts'
import { onTheWay, queued } from '../support/on-the-way.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'

const remove = (path: string, headers: Record<string, string> = {}) =>
  send('DELETE', path, { headers })
const keyed = () => ({ 'Idempotency-Key': crypto.randomUUID() })
const search = async (messages: string, q: string) =>
  read(await get(`${messages}/search?q=${q}`), 200, found).data.map(({ number }) => number)
const numbersOf = async (messages: string) =>
  (await allOf(messages, shapes.message)).map(({ number }) => number)
const storedAt = (path: string) =>
  until(
    `${path} is stored`,
    60,
    () => get(path),
    ({ body }) => Object(body).status === 'stored',
  )

describe.each([
  ['on its way', async (_path: string) => undefined],
  ['stored', storedAt],
])('a message that is deleted while it is %s', (_, arrive) => {
  test('is gone at once from GET, list and search; its number is never given out again', async () => {
    const chat = await newChat()
    for (const body of ['first word', 'second word', 'third word']) await say(chat, body)
    await arrive(`${chat.messages}/3`)
    expect((await remove(`${chat.messages}/3`)).status).toBe(204)
    expect((await get(`${chat.messages}/3`)).status).toBe(404)
    expect(await numbersOf(chat.messages)).toEqual([1, 2])
    expect(await search(chat.messages, 'word')).toEqual([2, 1])
    expect((await say(chat, 'fourth')).number).toBe(4)
    expect((await send('PATCH', `${chat.messages}/3`, { json: { body: 'back' } })).status).toBe(404)
    expect((await send('PUT', `${chat.messages}/3`, { json: { body: 'back' } })).status).toBe(404)
    expect((await get(`${chat.messages}/3`)).status).toBe(404)
  })
  test('can be deleted again: 204', async () => {
    const chat = await newChat()
    await say(chat, 'x')
    await arrive(`${chat.messages}/1`)
    for (let i = 0; i < 3; i++) expect((await remove(`${chat.messages}/1`)).status).toBe(204)
    const answers = await inParallel(6, 6, () => remove(`${chat.messages}/1`))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
  })
  test('does not count any more once all has arrived', async () => {
    const chat = await newChat()
    for (const body of ['a', 'b', 'c']) await say(chat, body)
    await arrive(`${chat.messages}/3`)
    await remove(`${chat.messages}/2`)
    await until(
      'the count is exact',
      60,
      async () => read(await get(chat.path), 200, shapes.chat).messages_count,
      (count) => count === 2,
    )
    expect(await numbersOf(chat.messages)).toEqual([1, 3])
  })
})

describe('a chat that is deleted', () => {
  test('is gone at once with all below it, and takes nothing any more', async () => {
    const chat = await newChat()
    await say(chat, 'hidden word')
    expect((await remove(chat.path)).status).toBe(204)
    for (const path of [
      chat.path,
      chat.messages,
      `${chat.messages}/1`,
      `${chat.messages}/search?q=word`,
    ])
      expect((await get(path)).status, path).toBe(404)
    expect(await allOf(`/applications/${chat.token}/chats`, shapes.chat)).toEqual([])
    expect((await post(chat.messages, { body: 'x' })).status).toBe(404)
    expect((await post(chat.messages, { messages: [{ body: 'x' }] })).status).toBe(404)
    expect((await send('PATCH', `${chat.messages}/1`, { json: { body: 'x' } })).status).toBe(404)
    expect((await remove(`${chat.messages}/1`)).status).toBe(404)
    expect((await send('PATCH', chat.path, { json: { title: 'x' } })).status).toBe(404)
    expect((await remove(chat.path)).status).toBe(204)
    expect((await newChat(chat.token)).number).toBe(2)
  })

  test('during a burst of 50 posts: each is 201 or 404, nothing is readable afterwards, and nothing waits', async () => {
    const chat = await newChat()
    // Call 20 is the delete: at least 10 posts have their response by then, and others are on their
    // way.
    const calls = await inParallel(10, 51, (i) =>
      i === 20 ? remove(chat.path) : post(chat.messages, { body: `post ${i}` }),
    )
    const statuses = calls.map(({ status }) => status)
    expect(statuses.splice(20, 1)).toEqual([204])
    for (const status of statuses) expect([201, 404]).toContain(status)
    const accepted = statuses.filter((status) => status === 201).length
    expect(accepted).toBeGreaterThanOrEqual(10)
    for (const i of upTo(50)) expect((await get(`${chat.messages}/${i}`)).status).toBe(404)
    for (const path of [chat.messages, `${chat.messages}/search?q=post`])
      expect((await get(path)).status, path).toBe(404)
    expect((await post(chat.messages, { body: 'late' })).status).toBe(404)
    await until('the queue is empty', 60, queued, (depth) => depth === 0)
    const { head, waiting, due } = await onTheWay(chat)
    expect(head).toMatchObject({ deleted: true, seq: accepted })
    expect(head.entries).toEqual([])
    expect(waiting).toEqual([])
    // Requests that were recorded before the delete and refused after it have no number; the sweep
    // gives them up after 20 minutes.
    expect(due.filter(({ number, waiting }) => number !== undefined || waiting)).toEqual([])
    expect(due.length).toBeLessThanOrEqual(50 - accepted)
  })
})

describe('an application that is deleted', () => {
  test('is gone at once with all below it, and takes nothing any more', async () => {
    const chat = await newChat()
    const other = await newChat(chat.token)
    await say(chat, 'hidden word')
    const path = `/applications/${chat.token}`
    expect((await remove(path)).status).toBe(204)
    const below = [
      path,
      `${path}/chats`,
      chat.path,
      other.path,
      chat.messages,
      `${chat.messages}/1`,
    ]
    for (const each of [...below, `${chat.messages}/search?q=word`])
      expect((await get(each)).status, each).toBe(404)
    const listed = (await allOf('/applications', shapes.application)).map(({ token }) => token)
    expect(listed).not.toContain(chat.token)
    expect((await post(`${path}/chats`, {})).status).toBe(404)
    expect((await post(chat.messages, { body: 'x' })).status).toBe(404)
    expect((await send('PATCH', path, { json: { name: 'x' } })).status).toBe(404)
    expect((await remove(chat.path)).status).toBe(404)
    expect((await remove(path)).status).toBe(204)
  })
})

describe('what was never there', () => {
  test('is 404, not 204, when it is deleted', async () => {
    const chat = await newChat()
    for (const path of [
      `${chat.messages}/1`,
      `/applications/${chat.token}/chats/2`,
      '/applications/none',
    ])
      expect((await remove(path)).status, path).toBe(404)
  })
})

describe('a keyed create that is repeated after the delete', () => {
  test('still gets the first response, and undoes nothing', async () => {
    const chat = await newChat()
    const headers = keyed()
    const first = await post(chat.messages, { body: 'x' }, headers)
    expect((await remove(`${chat.messages}/1`)).status).toBe(204)
    const again = await post(chat.messages, { body: 'x' }, headers)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect((await get(`${chat.messages}/1`)).status).toBe(404)
    expect((await post(chat.messages, { body: 'other' }, headers)).status).toBe(422)
  })
  test('gets it also when its chat or its application is gone, where a new create is 404', async () => {
    const token = await newApplication()
    const [chatKey, messageKey] = [keyed(), keyed()]
    const made = await post(`/applications/${token}/chats`, { title: 'kept' }, chatKey)
    const chat = chatAt(token, read(made, 201, shapes.chat).number)
    const said = await post(chat.messages, { body: 'x' }, messageKey)
    expect((await remove(chat.path)).status).toBe(204)
    expect(await post(chat.messages, { body: 'x' }, messageKey)).toMatchObject({
      status: 201,
      body: said.body,
    })
    expect((await post(chat.messages, { body: 'x' }, keyed())).status).toBe(404)
    expect((await remove(`/applications/${token}`)).status).toBe(204)
    const again = await post(`/applications/${token}/chats`, { title: 'kept' }, chatKey)
    expect(again).toMatchObject({ status: 201, body: made.body })
    expect((await post(`/applications/${token}/chats`, {}, keyed())).status).toBe(404)
  })
})
