import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { allOf, newApplication } from '../support/chats.ts'
import { type Answer, get, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'
import { removeStack, startStack, type TestStack } from '../support/stack.ts'

// A stack of this file's own, deployed with a rate: 5 requests at once, one a second for ever.
const name = 'rate'
let stack: TestStack | undefined
beforeAll(async () => {
  stack = await startStack(name, { CHAT_SETTINGS: 'ratePerSecond=1 rateBurst=5' })
  vi.stubEnv('CHAT_BASE_URL', stack.baseUrl)
}, 300_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await stack?.stop()
  removeStack(name)
})

/** More requests than the bucket gets back meanwhile, however slow the machine. */
const many = 60
const refused = { status: 429, body: { type: '/docs/problems#too-many-requests', status: 429 } }

describe('a deploy with a rate', () => {
  test('shows it at /limits', async () => {
    expect(await get('/limits')).toMatchObject({
      status: 200,
      body: { rate_per_second: 1, rate_burst: 5, rate_search_cost: 10 },
    })
  })

  test('serves the burst, counting down, and refuses what is above it with the seconds to wait', async () => {
    const token = await newApplication()
    const path = `/applications/${token}/chats`
    const answers = await inParallel(many, many, () => post(path))
    const good = answers.filter(({ status }) => status === 201)
    const bad = answers.filter(({ status }) => status !== 201)
    expect(good.length).toBeGreaterThanOrEqual(5)
    expect(bad.length).toBeGreaterThan(0)
    for (const { headers } of answers) {
      expect(headers.get('RateLimit-Policy')).toBe('"application";q=5;w=5')
      expect(headers.get('RateLimit')).toMatch(/^"application";r=[0-4];t=[1-5]$/)
    }
    for (const answer of bad) {
      expect(answer).toMatchObject(refused)
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    // What was refused took no number.
    const numbers = good.map((answer) => read(answer, 201, shapes.chat).number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(good.length))
    // Who waits is served again.
    await until(
      'the bucket fills',
      60,
      () => get(path),
      ({ status }) => status === 200,
    )
  })

  test('counts a batch as its messages, by both routes, and a search as all of it here', async () => {
    const left = ({ headers }: Answer) =>
      Number(/r=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1] ?? Number.NaN)
    const batch = { messages: [{ body: 'a' }, { body: 'b' }, { body: 'c' }] }
    for (const path of ['messages', 'messages/batch']) {
      const chats = `/applications/${await newApplication()}/chats`
      expect((await post(chats)).status).toBe(201)
      // Of a bucket of 5 this takes 3, whatever has come back meanwhile.
      const made = await post(`${chats}/1/${path}`, batch)
      expect(made.status).toBe(201)
      expect(left(made)).toBeLessThanOrEqual(2)
    }
    const chats = `/applications/${await newApplication()}/chats`
    expect((await post(chats)).status).toBe(201)
    const found = await until(
      'the bucket is full',
      60,
      () => get(`${chats}/1/messages/search?q=a`),
      ({ status }) => status === 200,
    )
    expect(left(found)).toBe(0)
  })

  test('counts each application by itself, and the requests that name none not at all', async () => {
    const [busy, calm] = [await newApplication('busy'), await newApplication('calm')]
    const answers = await inParallel(many, many, () => get(`/applications/${busy}`))
    expect(answers.some(({ status }) => status === 429)).toBe(true)
    expect((await get(`/applications/${calm}`)).status).toBe(200)
    expect((await get('/limits')).headers.get('RateLimit-Policy')).toBeNull()
    expect(await allOf(`/applications/${calm}/chats`, shapes.chat)).toEqual([])
  })

  test('refuses edits as well, and what is refused changes nothing', async () => {
    const path = `/applications/${await newApplication('first')}`
    const edits = await inParallel(many, many, (i) =>
      send('PATCH', path, { json: { name: `edit ${i}` } }),
    )
    const done = edits.flatMap(({ status }, i) => (status === 200 ? [`edit ${i}`] : []))
    expect(done.length).toBeLessThan(many)
    const answer = await until(
      'the bucket fills',
      60,
      () => get(path),
      ({ status }) => status === 200,
    )
    expect(done).toContain(read(answer, 200, shapes.application).name)
  })
})
