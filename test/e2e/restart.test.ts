import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { operatorKey } from '../../bin/operate/operator-key.ts'
import { allOf, type Chat, newChat, say } from '../support/chats.ts'
import { get, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'
import { removeStack, startStack, type TestStack } from '../support/stack.ts'

// One stack of this file's own, killed, stopped and started again: each test goes on where the one
// before ended.
const name = 'restart'
const timeout = 300_000
const { key, sha256 } = operatorKey()
const operator = { Authorization: `Bearer ${key}` }
let stack: TestStack | undefined
let chat: Chat

async function start(): Promise<void> {
  stack = await startStack(name, { OPERATOR_KEY_SHA256: sha256 })
  vi.stubEnv('CHAT_BASE_URL', stack.baseUrl)
}
const goOn = () => vi.stubEnv('CHAT_BASE_URL', stack?.baseUrl)

/** A chat in a new application, which only the operator can make. */
async function newChatOfOperator(): Promise<Chat> {
  return newChat(
    read(await post('/applications', { name: 'kept' }, operator), 201, shapes.application).token,
  )
}
const bodies = async (of: Chat) =>
  (await allOf(of.messages, shapes.message)).map(({ number, body }) => `${number} ${body}`)

/** Waits until MySQL counts so many messages in a chat, and so many chats in its application. */
async function untilStored(of: Chat, messages: number, chats: number): Promise<void> {
  const counts = async () => ({
    messages: read(await get(of.path), 200, shapes.chat).messages_count,
    chats: read(await get(`/applications/${of.token}`), 200, shapes.application).chats_count,
  })
  await until(
    'all is stored',
    150,
    counts,
    (now) => now.messages === messages && now.chats === chats,
  )
}

async function killEndpoint(): Promise<void> {
  stack?.kill('aws')
  expect(await stack?.ended).toBe(1)
  expect(stack?.output()).toMatch(/^AWS ended by itself .*SIGKILL/m)
  await expect(get('/health')).rejects.toThrow('fetch failed')
}

afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await stack?.stop()
  removeStack(name)
})

describe('a stack', () => {
  test("with an operator's key lets only its holder create and list applications", {
    timeout,
  }, async () => {
    await start()
    for (const headers of [
      {},
      { Authorization: 'Bearer other' },
      { Authorization: `Bearer ${sha256}` },
    ]) {
      const list = await send('GET', '/applications', { headers })
      for (const answer of [list, await post('/applications', { name: 'x' }, headers)]) {
        expect(answer).toMatchObject({
          status: 401,
          body: { type: '/docs/problems#operator-key-required' },
        })
        expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer')
      }
    }
    chat = await newChatOfOperator()
    const list = await send('GET', '/applications', { headers: operator })
    expect(list).toMatchObject({ status: 200, body: { data: [{ token: chat.token }] } })
    expect((await get(`/applications/${chat.token}`)).status).toBe(200)
  })

  test('whose AWS endpoint is killed says so and ends; started again without its state, numbers go on', {
    timeout,
  }, async () => {
    goOn()
    await inParallel(5, 5, (i) => say(chat, `message ${i}`))
    await untilStored(chat, 5, 1)
    await killEndpoint()

    await start()
    expect(
      (await inParallel(3, 3, (i) => say(chat, `more ${i}`)))
        .map(({ number }) => number)
        .toSorted(),
    ).toEqual([6, 7, 8])
    expect((await newChat(chat.token)).number).toBe(2)
    expect((await allOf(chat.messages, shapes.message)).map(({ number }) => number)).toEqual(
      upTo(8),
    )
  })

  test('stopped right after a 201 and started again has lost nothing, and numbers go on', {
    timeout,
  }, async () => {
    goOn()
    const other = await newChatOfOperator()
    const keyed = { 'Idempotency-Key': 'over-a-restart' }
    for (const body of ['one', 'two']) await say(other, body)
    await send('PATCH', `${other.messages}/1`, { json: { body: 'edited' } })
    const third = read(await post(other.messages, { body: 'three' }, keyed), 201, shapes.message)
    expect(await stack?.stop()).toBe(0)
    await expect(get('/health')).rejects.toThrow('fetch failed')

    await start()
    expect(await bodies(other)).toEqual(['1 edited', '2 two', '3 three'])
    expect(read(await post(other.messages, { body: 'three' }, keyed), 201, shapes.message)).toEqual(
      third,
    )
    expect((await say(other, 'four')).number).toBe(4)
    expect((await newChat(other.token)).number).toBe(2)
    expect((await say(chat, 'nine')).number).toBe(9)
  })

  test('killed again and started with an older state of its counters, numbers go on from what is stored', {
    timeout,
  }, async () => {
    goOn()
    // A chat of its own: what was in flight at the stop keeps its chat waiting for the visibility
    // timeout.
    const later = await newChatOfOperator()
    for (const body of ['one', 'two']) await say(later, body)
    await untilStored(later, 2, 1)
    await killEndpoint()

    await start()
    expect((await say(later, 'three')).number).toBe(3)
    expect((await send('PATCH', `${later.messages}/2`, { json: { body: 'edited' } })).status).toBe(
      200,
    )
    expect(await bodies(later)).toEqual(['1 one', '2 edited', '3 three'])
    const second = await newChat(later.token)
    expect(second.number).toBe(2)
    expect((await say(second, 'first')).number).toBe(1)
    expect((await say(await newChatOfOperator(), 'first')).number).toBe(1)
    await untilStored(later, 3, 2)
    expect(await bodies(later)).toEqual(['1 one', '2 edited', '3 three'])
  })
})
