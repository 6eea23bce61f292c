import { afterAll, describe, expect, it } from 'vitest'
import { removeStack, startStack, type TestStack } from '../support/stack.ts'

// A stack of its own: this test stops and kills it. Minutes, not seconds: it deploys twice.
const name = 'restart'
let stack: TestStack | undefined
afterAll(async () => {
  await stack?.stop()
  removeStack(name)
})

async function post(path: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> {
  const answer = await fetch(`${stack?.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, json: await answer.json() }
}

async function field(path: string, field: string): Promise<unknown> {
  const answer = await fetch(`${stack?.baseUrl}${path}`)
  const json: Record<string, unknown> = await answer.json()
  return json[field]
}

/** Creates `count` messages at once; their numbers in order. */
async function messages(chat: string, count: number): Promise<unknown[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, i) => post(`${chat}/messages`, { body: `message ${i}` })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(201))
  return answers.map(({ json }) => json.number).toSorted((a, b) => Number(a) - Number(b))
}

const soon = { timeout: 60_000, interval: 200 }

describe('a stack that is started again', () => {
  it('goes on with its numbers: after a kill -9 of the AWS endpoint, and after a good stop', {
    timeout: 600_000,
  }, async () => {
    stack = await startStack(name)
    const application = `/applications/${(await post('/applications', { name: 'Restart' })).json.token}`
    expect((await post(`${application}/chats`, {})).json.number).toBe(1)
    const chat = `${application}/chats/1`
    expect(await messages(chat, 5)).toEqual([1, 2, 3, 4, 5])
    await expect.poll(() => field(chat, 'messages_count'), soon).toBe(5)
    await expect.poll(() => field(application, 'chats_count'), soon).toBe(1)

    stack.kill('aws')
    expect(await stack.ended).toBe(1)
    expect(stack.output()).toContain('AWS ended by itself (signal SIGKILL)')

    // Killed before its first good stop, the endpoint has forgotten everything: what MySQL holds counts.
    stack = await startStack(name)
    expect(await messages(chat, 3)).toEqual([6, 7, 8])
    expect((await post(`${application}/chats`, {})).json.number).toBe(2)
    expect(await field(`${chat}/messages/2`, 'number')).toBe(2)

    // A good stop keeps also what has not reached MySQL.
    expect(await stack.stop()).toBe(0)
    stack = await startStack(name)
    expect(await field(`${chat}/messages/8`, 'number')).toBe(8)
    expect(await messages(chat, 2)).toEqual([9, 10])
    await expect.poll(() => field(chat, 'messages_count'), soon).toBe(10)
  })
})
