import { describe, expect, test } from 'vitest'
import { allOf, newApplication, newChat } from '../support/chats.ts'
import { get, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until } from '../support/parallel.ts'
import { sendRaw } from '../support/raw.ts'

const key = () => crypto.randomUUID()
const keyed = (value: string) => ({ 'Idempotency-Key': value })

describe('a create with an Idempotency-Key', () => {
  test('sent again gets the first response, marked as a replay', async () => {
    const chat = await newChat()
    const sent = { body: 'once', sender: 'ann', metadata: { a: 1 } }
    const headers = keyed(key())
    const first = await post(chat.messages, sent, headers)
    expect(first.status).toBe(201)
    expect(first.headers.has('Idempotency-Replayed')).toBe(false)
    const again = await post(chat.messages, sent, headers)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'))
    expect(await allOf(chat.messages, shapes.message)).toHaveLength(1)
  })

  test('sent 100 times at once creates one message, and all get its response', async () => {
    const chat = await newChat()
    const headers = keyed(key())
    const answers = await inParallel(100, 100, () => post(chat.messages, { body: 'once' }, headers))
    const bodies = answers.map((answer) => read(answer, 201, shapes.message))
    expect(bodies).toEqual(bodies.map(() => bodies[0]))
    expect(await allOf(chat.messages, shapes.message)).toHaveLength(1)
    expect(read(await post(chat.messages, { body: 'next' }), 201, shapes.message).number).toBe(2)
  })

  test('sent at once with ten keys makes ten messages, whatever the interleaving', async () => {
    const chat = await newChat()
    const keys = Array.from({ length: 10 }, key)
    const answers = await inParallel(40, 40, async (i) => {
      const each = keys[i % 10] ?? ''
      return {
        key: each,
        made: read(await post(chat.messages, { body: each }, keyed(each)), 201, shapes.message),
      }
    })
    const byKey = Map.groupBy(answers, (answer) => answer.key)
    for (const [each, of] of byKey) {
      expect(new Set(of.map(({ made }) => made.number)).size).toBe(1)
      expect(of.map(({ made }) => made.body)).toEqual(of.map(() => each))
    }
    expect((await allOf(chat.messages, shapes.message)).map(({ body }) => body).toSorted()).toEqual(
      keys.toSorted(),
    )
  })

  test('is replayed as it was created, also after it was stored and edited', async () => {
    const chat = await newChat()
    const headers = keyed(key())
    const first = read(await post(chat.messages, { body: 'made' }, headers), 201, shapes.message)
    const path = `${chat.messages}/${first.number}`
    await until(
      'it is stored',
      60,
      async () => read(await get(path), 200, shapes.message),
      (m) => m.status === 'stored',
    )
    expect((await send('PATCH', path, { json: { body: 'edited' } })).status).toBe(200)
    const again = await post(chat.messages, { body: 'made' }, headers)
    expect(read(again, 201, shapes.message)).toEqual(first)
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect(read(await get(path), 200, shapes.message).body).toBe('edited')
  })

  test('and another payload is 422 that tells nothing of the first, and creates nothing', async () => {
    const chat = await newChat()
    const headers = keyed(key())
    await post(chat.messages, { body: 'the first secret' }, headers)
    for (const json of [{ body: 'other' }, { body: 'the first secret', sender: 'x' }]) {
      const answer = await post(chat.messages, json, headers)
      expect(answer).toMatchObject({
        status: 422,
        body: { type: '/docs/problems#idempotency-key-reused' },
      })
      expect(JSON.stringify(answer.body)).not.toContain('secret')
    }
    expect(await allOf(chat.messages, shapes.message)).toHaveLength(1)
  })

  test('is one create, whether the key is quoted or bare', async () => {
    const chat = await newChat()
    const value = key()
    const first = await post(chat.messages, { body: 'x' }, keyed(`"${value}"`))
    expect((await post(chat.messages, { body: 'x' }, keyed(value))).body).toEqual(first.body)
  })

  test('is one create however its repeat is spelled', async () => {
    const chat = await newChat()
    const headers = keyed(key())
    const first = await post(chat.messages, { body: 'x', metadata: { a: 1, b: [2] } }, headers)
    const spelled = '{"metadata":{"b":[2.0],"a":1e0},"sender":null,"body":"\\u0078"}'
    const again = await send('POST', chat.messages, { raw: spelled, headers })
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
  })

  test('on two lines is one key if they are equal, and 400 if they differ', async () => {
    const chat = await newChat()
    const [value, other] = [key(), key()]
    const body = new TextEncoder().encode('{"body":"x"}')
    const sent = (...keys: string[]) =>
      sendRaw(
        'POST',
        chat.messages,
        keys.map((each) => ['Idempotency-Key', each]),
        body,
      )
    const first = await sent(value)
    expect(await sent(value, value)).toMatchObject({ status: 201, body: first?.body })
    expect(await sent(value, `"${value}"`)).toMatchObject({ status: 201, body: first?.body })
    expect(await sent(value, other)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'Idempotency-Key' }] },
    })
    expect(await allOf(chat.messages, shapes.message)).toHaveLength(1)
  })

  test.each(['""', 'k'.repeat(256)])(
    'that is out of bounds is 400 and makes nothing: %s',
    async (value) => {
      const chat = await newChat()
      const answer = await post(chat.messages, { body: 'x' }, keyed(value))
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ parameter: 'Idempotency-Key' }] },
      })
      expect(read(await post(chat.messages, { body: 'y' }), 201, shapes.message).number).toBe(1)
    },
  )

  test('that was refused can be corrected and sent again with its key', async () => {
    const chat = await newChat()
    const headers = keyed(key())
    expect((await post(chat.messages, { body: '' }, headers)).status).toBe(422)
    expect((await post(chat.messages, { body: 'right' }, headers)).status).toBe(201)
  })

  test('creates one chat and one application, however often it is sent', async () => {
    const token = await newApplication()
    const [chatKey, applicationKey] = [keyed(key()), keyed(key())]
    const chats = await inParallel(6, 6, () =>
      post(`/applications/${token}/chats`, undefined, chatKey),
    )
    expect(new Set(chats.map((answer) => read(answer, 201, shapes.chat).number))).toEqual(
      new Set([1]),
    )
    const made = await inParallel(6, 6, () =>
      post('/applications', { name: 'one' }, applicationKey),
    )
    const tokens = new Set(made.map((answer) => read(answer, 201, shapes.application).token))
    expect(tokens.size).toBe(1)
    const [only = ''] = tokens
    expect((await newChat(only)).number).toBe(1)
  })
})

describe('the same Idempotency-Key', () => {
  test('creates a thing of its own in each application, each chat and on each route', async () => {
    const headers = keyed(key())
    const token = await newApplication()
    const chats = [await newChat(token), await newChat(token), await newChat()]
    for (const chat of chats) {
      const answer = await post(chat.messages, { body: 'x' }, headers)
      expect(read(answer, 201, shapes.message).number).toBe(1)
      expect(answer.headers.has('Idempotency-Replayed')).toBe(false)
    }
    expect(
      read(await post(`/applications/${token}/chats`, {}, headers), 201, shapes.chat).number,
    ).toBe(3)
    expect((await post('/applications', { name: 'x' }, headers)).status).toBe(201)
  })
})
