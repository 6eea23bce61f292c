import { describe, expect, test } from 'vitest'
import { type Chat, newChat, say } from '../support/chats.ts'
import { get, pageOf, post, read, send, shapes } from '../support/http.ts'
import { inParallel, upTo } from '../support/parallel.ts'

const page = async (path: string) => read(await get(path), 200, pageOf(shapes.message))

/**
 * Walks on from the last number seen until `total` were seen; returns the numbers of each page, in
 * its order.
 */
async function walk(chat: Chat, total: number, limit: number): Promise<number[]> {
  const seen: number[] = []
  while (seen.length < total) {
    const { data } = await page(`${chat.messages}?after=${seen.at(-1) ?? 0}&limit=${limit}`)
    seen.push(...data.map(({ number }) => number))
  }
  return seen
}

describe('a walk over a chat in which 100 writers are busy', () => {
  test('sees each number exactly once, in order, however large its pages are', async () => {
    const chat = await newChat()
    const total = 300
    const writing = inParallel(100, total, (i) => post(chat.messages, { body: `message ${i}` }))
    const walks = [3, 17, 1000].map((limit) => walk(chat, total, limit))
    const answers = await writing
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    for (const seen of await Promise.all(walks)) expect(seen).toEqual(upTo(total))
  })
})

describe('around', () => {
  test('puts its number in the middle, and leads on to both sides without a gap', async () => {
    const chat = await newChat()
    await post(chat.messages, { messages: upTo(40).map((i) => ({ body: `m${i}` })) })
    const middle = await page(`${chat.messages}?around=20&limit=5`)
    expect(middle.data.map(({ number }) => number)).toEqual([18, 19, 20, 21, 22])
    const forwards: number[] = []
    for (let at = middle.page.next; at !== null; ) {
      const next = await page(`${chat.messages}${at}`)
      forwards.push(...next.data.map(({ number }) => number))
      at = next.page.next
    }
    expect(forwards).toEqual(upTo(40).slice(22))
    const backwards: number[][] = []
    for (let at = middle.page.prev; at !== null; ) {
      const prev = await page(`${chat.messages}${at}`)
      backwards.unshift(prev.data.map(({ number }) => number))
      at = prev.page.prev
    }
    expect(backwards.flat()).toEqual(upTo(17))
  })
  test('of a number that is deleted, or not given out yet, shows what is near', async () => {
    const chat = await newChat()
    for (const i of upTo(5)) await say(chat, `m${i}`)
    const around = async (query: string) => {
      const { data, page: ways } = await page(`${chat.messages}?around=${query}`)
      return { numbers: data.map(({ number }) => number), next: ways.next, prev: ways.prev }
    }
    expect((await send('DELETE', `${chat.messages}/3`)).status).toBe(204)
    const near = { numbers: [2, 4, 5], next: null, prev: '?before=2&limit=4' }
    expect(await around('3&limit=4')).toEqual(near)
    const alone = { numbers: [4], next: '?after=4&limit=1', prev: '?before=3&limit=1' }
    expect(await around('3&limit=1')).toEqual(alone)
    const end = { numbers: [5], next: null, prev: '?before=5&limit=4' }
    expect(await around('100&limit=4')).toEqual(end)
    expect((await get(`${chat.messages}?around=3&before=4`)).status).toBe(400)
  })
})
