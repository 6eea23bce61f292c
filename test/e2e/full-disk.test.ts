import { afterAll, afterEach, expect, type TestContext, test, vi } from 'vitest'
import { allOf, type Chat, newChat, say } from '../support/chats.ts'
import { get, post, read, shapes } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { folderOf, removeStack, startStack, type TestStack } from '../support/stack.ts'

const name = 'full'
const timeout = 600_000
let disk: SmallDisk | undefined
let stack: TestStack | undefined

async function start(): Promise<void> {
  stack = await startStack(name)
  vi.stubEnv('CHAT_BASE_URL', stack.baseUrl)
}

/** Never passed over in silence: on CI it is a failure, elsewhere the test says what it lacks. */
function mount(context: TestContext): SmallDisk {
  disk = smallDisk(folderOf(name), 700)
  if (disk) return disk
  const lack = 'NOT CHECKED: no small disk can be mounted here (mount -t tmpfs needs root)'
  if (process.env.CI) throw new Error(lack)
  console.warn(`\n${context.task.name}: ${lack}\n`)
  return context.skip(lack)
}

const newMessage = (chat: Chat) => post(chat.messages, { body: 'one more' })
const statusOf = async (chat: Chat) => (await newMessage(chat)).status

afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await stack?.stop()
  disk?.remove()
  removeStack(name)
})

test('a stack whose disk is full refuses writes, reads on, and loses nothing that it accepted', {
  timeout,
}, async (context) => {
  const { fill, empty } = mount(context)
  await start()
  const application = read(await post('/applications', { name: 'full' }), 201, shapes.application)
  const chat = await newChat(application.token)

  fill(40)
  const refused = await newMessage(chat)
  expect(refused).toMatchObject({ status: 503, body: { type: '/docs/problems#unavailable' } })
  expect(refused.headers.get('Retry-After')).toBe('5')
  expect((await get(chat.path)).status).toBe(200)
  expect(stack?.output()).toMatch(/^disk_nearly_full .*get 503 until there is room/m)

  empty()
  expect(await statusOf(chat)).toBe(201)
  expect(stack?.output()).toMatch(/^disk_has_room/m)

  // Most of these wait in the queue when the disk is full to the last byte.
  await inParallel(9, 44, (i) => say(chat, `message ${i}`))
  fill(0)
  expect(await statusOf(chat)).toBe(503)
  expect((await get(chat.path)).status).toBe(200)
  expect(await stack?.stop()).toBe(0)

  fill(20) // The room that was kept for the state is free now.
  const lack = /too little room on the disk of \S+: the stack \S+ needs 150 MB, and \d+ MB are free/
  await expect(start()).rejects.toThrow(lack)
  empty()
  await start()
  const numbers = async () =>
    (await allOf(chat.messages, shapes.message)).map(({ number }) => number)
  expect(await numbers()).toEqual(upTo(45))
  const count = async () => read(await get(chat.path), 200, shapes.chat).messages_count
  await until('all is stored', 150, count, (stored) => stored === 45)
  expect((await say(chat, 'the next')).number).toBe(46)
})
