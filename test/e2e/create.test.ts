import { describe, expect, test } from 'vitest'
import { allOf, newApplication, newChat } from '../support/chats.ts'
import { get, pageOf, post, read, shapes } from '../support/http.ts'
import { until } from '../support/parallel.ts'

describe('an application', () => {
  test('is shown straight after its 201, as the 201 showed it', async () => {
    const answer = await post('/applications', { name: 'Süß & <b>' })
    const made = read(answer, 201, shapes.application)
    expect(made).toMatchObject({ name: 'Süß & <b>', chats_count: 0, status: 'accepted' })
    expect(made.token).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect(made.updated_at).toBe(made.created_at)
    expect(answer.headers.get('Location')).toBe(`applications/${made.token}`)
    const shown = read(await get(`/applications/${made.token}`), 200, shapes.application)
    expect({ ...shown, status: made.status }).toEqual(made)
  })
  test('is listed straight after its 201, behind those made before', async () => {
    const tokens = [await newApplication('first'), await newApplication('second')]
    const newest = read(
      await get('/applications?order=desc&limit=2'),
      200,
      pageOf(shapes.application),
    )
    expect(newest.data.map((each) => each.token)).toEqual(tokens.toReversed())
    const all = await allOf('/applications', shapes.application)
    expect(all.slice(-2).map((each) => each.token)).toEqual(tokens)
  })
})

describe('a chat', () => {
  test("can be made straight after its application's 201, and is shown and listed straight after its own", async () => {
    const token = await newApplication()
    const answer = await post(`/applications/${token}/chats`, {
      title: 'Köln',
      metadata: { a: [1, { b: null }] },
    })
    const made = read(answer, 201, shapes.chat)
    expect(made).toMatchObject({
      number: 1,
      title: 'Köln',
      metadata: { a: [1, { b: null }] },
      messages_count: 0,
    })
    expect(answer.headers.get('Location')).toBe('chats/1')
    const shown = read(await get(`/applications/${token}/chats/1`), 200, shapes.chat)
    expect({ ...shown, status: made.status }).toEqual(made)
    const listed = await allOf(`/applications/${token}/chats`, shapes.chat)
    expect(listed.map((each) => ({ ...each, status: made.status }))).toEqual([made])
  })
  test('may be made without a body, and has every field then', async () => {
    const token = await newApplication()
    const made = read(await post(`/applications/${token}/chats`), 201, shapes.chat)
    expect(made).toMatchObject({ number: 1, title: null, metadata: null })
    expect(read(await post(`/applications/${token}/chats`, {}), 201, shapes.chat).number).toBe(2)
  })
  test('is numbered by its application alone', async () => {
    const [one, other] = [await newApplication(), await newApplication()]
    const numbers = []
    for (const token of [one, other, one, one, other]) numbers.push((await newChat(token)).number)
    expect(numbers).toEqual([1, 1, 2, 3, 2])
  })
})

describe('a message', () => {
  test("can be sent straight after its chat's 201, and is shown and listed straight after its own", async () => {
    const chat = await newChat()
    const answer = await post(chat.messages, {
      body: 'Hello',
      sender: 'ann',
      metadata: { reply_to_id: 7 },
    })
    const made = read(answer, 201, shapes.message)
    expect(made).toMatchObject({
      number: 1,
      body: 'Hello',
      sender: 'ann',
      metadata: { reply_to_id: 7 },
    })
    expect(answer.headers.get('Location')).toBe('messages/1')
    const shown = read(await get(`${chat.messages}/1`), 200, shapes.message)
    expect({ ...shown, status: made.status }).toEqual(made)
    const listed = await allOf(chat.messages, shapes.message)
    expect(listed.map((each) => ({ ...each, status: made.status }))).toEqual([made])
  })
  test('is unchanged once it is stored, and is counted then', async () => {
    const chat = await newChat()
    const made = read(await post(chat.messages, { body: 'Hello' }), 201, shapes.message)
    const stored = await until(
      'the message is stored',
      60,
      async () => read(await get(`${chat.messages}/1`), 200, shapes.message),
      (shown) => shown.status === 'stored',
    )
    expect(stored).toEqual({ ...made, status: 'stored' })
    const counted = async () => ({
      chat: read(await get(chat.path), 200, shapes.chat).messages_count,
      application: read(await get(`/applications/${chat.token}`), 200, shapes.application)
        .chats_count,
    })
    await until(
      'both are counted',
      60,
      counted,
      ({ chat, application }) => chat === 1 && application === 1,
    )
  })
  test('is in its own chat alone', async () => {
    const token = await newApplication()
    const [one, other] = [await newChat(token), await newChat(token)]
    await post(one.messages, { body: 'x' })
    expect((await get(`${one.messages}/1`)).status).toBe(200)
    expect((await get(`${other.messages}/1`)).status).toBe(404)
    expect(await allOf(other.messages, shapes.message)).toEqual([])
  })
})
