import { describe, expect, test } from 'vitest'
import { newApplication, newChat, say } from '../support/chats.ts'
import { get, pageOf, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until } from '../support/parallel.ts'

const patch = (path: string, json: unknown) => send('PATCH', path, { json })
const put = (path: string, json: unknown) => send('PUT', path, { json })

describe('an edit', () => {
  test('of an application is shown and listed at once', async () => {
    const token = await newApplication('before')
    const path = `/applications/${token}`
    for (const change of [patch, put]) {
      const edited = read(
        await change(path, { name: `by ${change.name}` }),
        200,
        shapes.application,
      )
      expect(edited).toMatchObject({ token, name: `by ${change.name}` })
      const shown = read(await get(path), 200, shapes.application)
      expect({ ...shown, status: edited.status }).toEqual(edited)
      const listed = read(
        await get('/applications?order=desc&limit=1'),
        200,
        pageOf(shapes.application),
      )
      expect(listed.data.map((each) => each.name)).toEqual([edited.name])
    }
  })

  test('of a chat merges with PATCH and replaces with PUT', async () => {
    const token = await newApplication()
    const made = read(
      await post(`/applications/${token}/chats`, { title: 't', metadata: { a: 1, b: 2 } }),
      201,
      shapes.chat,
    )
    const path = `/applications/${token}/chats/${made.number}`
    expect(read(await patch(path, { title: 'u' }), 200, shapes.chat)).toMatchObject({
      title: 'u',
      metadata: { a: 1, b: 2 },
    })
    expect(read(await patch(path, { metadata: { c: 3 } }), 200, shapes.chat).metadata).toEqual({
      c: 3,
    })
    expect(read(await patch(path, { title: null }), 200, shapes.chat)).toMatchObject({
      title: null,
      metadata: { c: 3 },
    })
    expect(read(await put(path, { title: 'v' }), 200, shapes.chat)).toMatchObject({
      title: 'v',
      metadata: null,
    })
    expect(read(await get(path), 200, shapes.chat)).toMatchObject({ title: 'v', metadata: null })
  })

  test('of a message merges with PATCH and replaces with PUT, and is shown and listed at once', async () => {
    const chat = await newChat()
    const made = await say(chat, 'a', { sender: 'ann', metadata: { x: 1 } })
    const path = `${chat.messages}/${made.number}`
    const patched = read(await patch(path, { body: 'b' }), 200, shapes.message)
    expect(patched).toMatchObject({
      number: 1,
      body: 'b',
      sender: 'ann',
      metadata: { x: 1 },
      created_at: made.created_at,
    })
    expect(patched.updated_at >= made.updated_at).toBe(true)
    const replaced = read(await put(path, { body: 'c' }), 200, shapes.message)
    expect(replaced).toMatchObject({
      body: 'c',
      sender: null,
      metadata: null,
      created_at: made.created_at,
    })
    const shown = read(await get(path), 200, shapes.message)
    const listed = read(await get(chat.messages), 200, pageOf(shapes.message)).data
    for (const seen of [shown, ...listed])
      expect({ ...seen, status: replaced.status }).toEqual(replaced)
  })

  test('takes no number and creates nothing', async () => {
    const chat = await newChat()
    await say(chat, 'a')
    await patch(`${chat.messages}/1`, { body: 'b' })
    expect((await say(chat, 'c')).number).toBe(2)
    const counted = async () => read(await get(chat.path), 200, shapes.chat).messages_count
    await until('both are counted', 60, counted, (count) => count >= 2)
    expect(await counted()).toBe(2)
  })

  test('that arrives after other edits of its message wins in the end', async () => {
    const chat = await newChat()
    await say(chat, 'v0')
    for (let i = 1; i <= 12; i++) await patch(`${chat.messages}/1`, { body: `v${i}` })
    const shown = await until(
      'the last edit is stored',
      60,
      async () => read(await get(`${chat.messages}/1`), 200, shapes.message),
      (message) => message.status === 'stored',
    )
    expect(shown.body).toBe('v12')
  })
})

describe('edits of different fields at once', () => {
  test('of a message all survive', async () => {
    for (let round = 0; round < 5; round++) {
      const chat = await newChat()
      await say(chat, 'a')
      const path = `${chat.messages}/1`
      const changes = [{ body: 'b' }, { sender: 's' }, { metadata: { m: 1 } }]
      const answers = await Promise.all(changes.map((change) => patch(path, change)))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(read(await get(path), 200, shapes.message)).toMatchObject({
        body: 'b',
        sender: 's',
        metadata: { m: 1 },
      })
    }
  })
  test('of a chat all survive, its title and its metadata', async () => {
    const chat = await newChat()
    await Promise.all([patch(chat.path, { title: 't' }), patch(chat.path, { metadata: { m: 1 } })])
    expect(read(await get(chat.path), 200, shapes.chat)).toMatchObject({
      title: 't',
      metadata: { m: 1 },
    })
  })
  test('of many messages of one chat are never lost', async () => {
    const chat = await newChat()
    await inParallel(8, 20, (i) => say(chat, `a${i}`))
    await inParallel(8, 20, async (i) => {
      const answer = await patch(`${chat.messages}/${i + 1}`, { body: `b${i + 1}` })
      expect(answer.status).toBe(200)
    })
    const { data } = read(await get(chat.messages), 200, pageOf(shapes.message))
    expect(data.map(({ body }) => body)).toEqual(data.map(({ number }) => `b${number}`))
  })
})

describe('an edit that changes nothing or too much', () => {
  test.each(['PATCH', 'PUT'])('is 422 for all kinds by %s with {}', async (method) => {
    const chat = await newChat()
    await say(chat, 'a')
    for (const path of [`/applications/${chat.token}`, chat.path, `${chat.messages}/1`]) {
      expect((await send(method, path, { json: {} })).status).toBe(422)
      expect((await send(method, path)).status).toBe(400)
    }
  })
  test('leaves what it could not change as it was', async () => {
    const chat = await newChat()
    const made = await say(chat, 'a', { sender: 's' })
    const path = `${chat.messages}/1`
    for (const json of [
      { body: ' ' },
      { body: null },
      { body: 'b', number: 7 },
      { body: 'b', metadata: [] },
    ]) {
      expect((await patch(path, json)).status).toBe(422)
    }
    expect((await put(path, { sender: 'x' })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/body' }],
    })
    expect(read(await get(path), 200, shapes.message)).toMatchObject({
      body: 'a',
      sender: 's',
      updated_at: made.updated_at,
    })
  })
  test('of what is not there is 404, before its fields are looked at', async () => {
    const chat = await newChat()
    for (const path of [
      `${chat.messages}/1`,
      `/applications/${chat.token}/chats/9`,
      '/applications/none',
    ]) {
      expect((await patch(path, { nothing: 1 })).status).toBe(404)
    }
  })
})
