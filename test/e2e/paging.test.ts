import { beforeAll, describe, expect, test } from 'vitest'
import { type Chat, newApplication, newChat, say } from '../support/chats.ts'
import { type Answer, get, pageOf, read, shapes } from '../support/http.ts'
import { inParallel, upTo } from '../support/parallel.ts'

let chat: Chat
beforeAll(async () => {
  chat = await newChat()
  await inParallel(6, 60, (i) => say(chat, `m ${i}`))
})

const readPage = (answer: Answer) => {
  const { data, page } = read(answer, 200, pageOf(shapes.message))
  return { numbers: data.map(({ number }) => number), next: page.next, prev: page.prev }
}
const page = async (query: string) => readPage(await get(`${chat.messages}${query}`))

async function walk(query: string, way: 'next' | 'prev', of = chat): Promise<number[][]> {
  const pages: number[][] = []
  for (let at: string | null = query; at !== null && pages.length < 100; ) {
    const answer = await get(`${of.messages}${at}`)
    const { numbers, ...ways } = readPage(answer)
    expect(answer.headers.get('Link')).toBe(
      ways.next === null ? null : `<${ways.next}>; rel="next"`,
    )
    pages.push(numbers)
    at = ways[way]
  }
  return pages
}

describe('a list of messages', () => {
  test('is ascending, 50 a page, by default', async () => {
    expect(await page('')).toEqual({ numbers: upTo(50), next: '?after=50', prev: null })
  })
  test('is walked forward, in both orders, without a hole or a repeat', async () => {
    expect((await walk('?limit=7', 'next')).flat()).toEqual(upTo(60))
    expect((await walk('?limit=7&order=desc', 'next')).flat()).toEqual(upTo(60).toReversed())
  })
  test.each([
    ['after', '', upTo(60)],
    ['before', 'order=desc', upTo(60).toReversed()],
  ] as const)(
    'is walked by the field %s of its pages, which is null at the end',
    async (name, order, all) => {
      const seen: number[] = []
      for (let on = ''; ; ) {
        const answer = await get(`${chat.messages}?limit=7&${order}${on}`)
        const { data, page: links } = read(answer, 200, pageOf(shapes.message))
        seen.push(...data.map(({ number }) => number))
        if (links[name] === null) break
        on = `&${name}=${links[name]}`
      }
      expect(seen).toEqual(all)
    },
  )
  test('is walked back from its end', async () => {
    expect((await walk('?before=61&limit=7', 'prev')).toReversed().flat()).toEqual(upTo(60))
  })
  test('is walked both ways from a number in its middle', async () => {
    const { numbers, next, prev } = await page('?around=30&limit=9')
    expect(numbers).toEqual([26, 27, 28, 29, 30, 31, 32, 33, 34])
    const behind = await walk(next ?? '', 'next')
    const before = await walk(prev ?? '', 'prev')
    expect([...before.toReversed().flat(), ...numbers, ...behind.flat()]).toEqual(upTo(60))
  })
  test('stays between two bounds', async () => {
    const inside = upTo(60).filter((number) => number > 10 && number < 41)
    expect((await walk('?after=10&before=41&limit=8', 'next')).flat()).toEqual(inside)
    expect((await walk('?after=10&before=41&limit=8&order=desc', 'next')).flat()).toEqual(
      inside.toReversed(),
    )
  })
  test('with one bound alone has what is nearest to it, whatever the order', async () => {
    expect((await page('?before=10&limit=3')).numbers).toEqual([7, 8, 9])
    expect((await page('?after=10&limit=3&order=desc')).numbers).toEqual([13, 12, 11])
  })
  test('is empty where there is nothing', async () => {
    const nothing = { numbers: [], next: null, prev: null }
    for (const query of [
      '?after=60',
      '?before=1',
      '?after=9007199254740991',
      '?after=5&before=5',
    ]) {
      expect(await page(query)).toEqual(nothing)
    }
    const empty = await newChat(chat.token)
    expect(readPage(await get(empty.messages))).toEqual(nothing)
  })
  test('that would be too large for a response is cut, and leads on', async () => {
    const large = await newChat()
    const body = '\u0001'.repeat(16_384) // 98 KB as JSON
    await inParallel(6, 70, () => say(large, body))
    const pages = await walk('?limit=1000', 'next', large)
    expect(pages.flat()).toEqual(upTo(70))
    expect(pages.length).toBeGreaterThan(1)
    // A page around a number is cut at its ends, so that the number is on it.
    const [first = [], ...behind] = await walk('?around=65&limit=1000', 'next', large)
    const [, ...before] = await walk('?around=65&limit=1000', 'prev', large)
    expect(first).toContain(65)
    expect(before.length).toBeGreaterThan(0)
    expect([...before.toReversed().flat(), ...first, ...behind.flat()]).toEqual(upTo(70))
  })
})

describe('a list of applications', () => {
  test('is walked by opaque cursors, both ways', async () => {
    const made = await inParallel(1, 5, (i) => newApplication(`paged ${i}`))
    const list = async (query: string) =>
      read(await get(`/applications${query}`), 200, pageOf(shapes.application))
    const first = await list('?order=desc&limit=2')
    const second = await list(first.page.next ?? '')
    const back = await list(second.page.prev ?? '')
    const tokens = [...first.data, ...second.data].map(({ token }) => token)
    expect(tokens).toEqual(made.toReversed().slice(0, 4))
    expect(back.data.map(({ token }) => token)).toEqual(tokens.slice(0, 2))
    expect(first.page.next).not.toMatch(/after=[0-9]+(&|$)/)
  })
  test('refuses a cursor that it has not given out', async () => {
    for (const cursor of ['5', 'x', '', 'YTA', 'YS0x']) {
      const answer = await get(`/applications?after=${cursor}`)
      expect(answer, cursor).toMatchObject({
        status: 400,
        body: { errors: [{ parameter: 'after' }] },
      })
    }
  })
})
