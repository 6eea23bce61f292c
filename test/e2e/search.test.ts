import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chat, newChat, say } from '../support/chats.ts'
import { found, get, read, send } from '../support/http.ts'
import { inParallel, until, upTo } from '../support/parallel.ts'
import { closeDatabase, notYetSearchable } from '../support/stored.ts'
import { oddTexts } from '../support/texts.ts'

afterAll(closeDatabase)

const search = async (chat: Chat, query: Record<string, string>) => {
  const parameters = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  )
  return read(await get(`${chat.messages}/search?${parameters.join('&')}`), 200, found)
}
const numbersOf = (hits: { number: number }[]) => hits.map(({ number }) => number)

/**
 * The rule of search, written a second time, apart from production's: each code point in lower case
 * by itself, İ as i.
 */
const folded = (text: string) =>
  Array.from(text, (point) => (point === 'İ' ? 'i' : point.toLowerCase()))

/** Where a term occurs, in code points; what overlaps is one. */
function marks(body: string, term: string): { start: number; end: number }[] {
  const [text, part] = [folded(body), folded(term)]
  const ranges: { start: number; end: number }[] = []
  for (let start = 0; start + part.length <= text.length; start++) {
    if (!part.every((point, i) => text[start + i] === point)) continue
    const last = ranges.at(-1)
    if (last && start < last.end) last.end = start + part.length
    else ranges.push({ start, end: start + part.length })
  }
  return ranges
}

/** Substrings of 1 to 10 characters from different places of a text, none of white space alone. */
function termsIn(text: string): string[] {
  const points = [...text]
  const terms = upTo(10).map((length, i) => {
    const start = (i * 5) % Math.max(1, points.length - length + 1)
    return points.slice(start, start + length).join('')
  })
  return [...new Set(terms)].filter((term) => term.trim() !== '')
}

describe('search', () => {
  let chat: Chat
  const bodies = new Map<number, string>()

  beforeAll(async () => {
    chat = await newChat()
    const other = await newChat(chat.token)
    await inParallel(6, oddTexts.length, async (i) => {
      const text = oddTexts[i]?.[1] ?? ''
      bodies.set((await say(chat, text)).number, text)
      await say(other, text)
    })
  })

  async function checkAll(text: string, engine?: string): Promise<void> {
    for (const term of termsIn(text)) {
      const expected = [...bodies]
        .map(([number, body]) => ({ number, body, highlights: marks(body, term) }))
        .filter(({ highlights }) => highlights.length > 0)
        .sort((a, b) => b.number - a.number)
      const answer = await search(chat, { q: term })
      const hits = answer.data.map(({ number, body, highlights }) => ({ number, body, highlights }))
      expect(hits, `hits of ${JSON.stringify(term)}`).toEqual(expected)
      expect(answer.page).toMatchObject({ total: expected.length, next: null, after: null })
      if (engine) expect(answer.engine).toBe(engine)
    }
  }

  test.each(oddTexts)(
    'finds straight after the 201 what contains the term, and only in its chat: %s',
    (_, text) => checkAll(text),
  )

  test('finds a term whatever its case, and not without its accents', async () => {
    for (const q of ['CAFÉ ZÜRICH', 'café zürich', 'CAFé Zü'])
      expect((await search(chat, { q })).page.total).toBe(1)
    expect((await search(chat, { q: 'cafe zurich' })).page.total).toBe(0)
    expect((await search(chat, { q: 'istanbul' })).page.total).toBe(1)
    expect((await search(chat, { q: 'σας' })).page.total).toBe(0)
    expect((await search(chat, { q: 'σασ' })).page.total).toBe(1)
  })

  describe('once the index has everything', () => {
    beforeAll(async () => {
      await until(
        'nothing waits for the index',
        120,
        () => notYetSearchable(chat),
        (count) => count === 0,
      )
    })
    test.each(oddTexts)('still finds it: %s', (_, text) =>
      checkAll(text, process.env.OPENSEARCH_URL ? 'opensearch' : 'mysql'),
    )
  })

  test('finds what contains an odd term, and never fails', async () => {
    const odd = [
      '\u0000',
      'a\u0000',
      '\\',
      '\\\\',
      '"',
      "'",
      '*',
      '?',
      '%',
      '_',
      '[a-z',
      '(',
      '{',
      '\ufffe',
      '😀'.repeat(256),
      'x'.repeat(256),
      '🇪',
      '\u200d',
      '\u0301',
    ]
    for (const q of odd) {
      const { page } = await search(chat, { q })
      expect(page.total, JSON.stringify(q)).toBe(
        [...bodies.values()].filter((body) => marks(body, q).length > 0).length,
      )
    }
  })
})

describe('a search of one chat', () => {
  test('finds each message straight after its 201, while others come in', async () => {
    const chat = await newChat()
    await inParallel(6, 30, async (i) => {
      const word = `w${crypto.randomUUID()}`
      const { number } = await say(chat, `before ${word} after ${i}`)
      const { data, page } = await search(chat, { q: word.toUpperCase() })
      expect(numbersOf(data)).toEqual([number])
      expect(page.total).toBe(1)
    })
    expect((await search(chat, { q: 'before' })).page.total).toBe(30)
  })

  test('finds an edit at once, and no longer what it replaced', async () => {
    const chat = await newChat()
    await say(chat, 'the old text')
    await say(chat, 'another')
    for (const [old, next] of [
      ['old', 'newer'],
      ['newer', 'newest one'],
      ['newest', 'last'],
    ] as const) {
      await send('PATCH', `${chat.messages}/1`, { json: { body: `the ${next} text` } })
      expect(numbersOf((await search(chat, { q: next })).data)).toEqual([1])
      expect((await search(chat, { q: `${old} text` })).page.total).toBe(0)
    }
    await until(
      'nothing waits for the index',
      120,
      () => notYetSearchable(chat),
      (count) => count === 0,
    )
    expect(numbersOf((await search(chat, { q: 'last' })).data)).toEqual([1])
    expect((await search(chat, { q: 'old' })).page.total).toBe(0)
  })

  test('pages newest first with an exact total, and shows each hit once', async () => {
    const chat = await newChat()
    await inParallel(6, 25, (i) => say(chat, i % 5 === 0 ? 'nothing' : `needle ${i}`))
    const seen: number[] = []
    let at: string | null = '?q=needle&limit=7'
    for (let pages = 0; at !== null && pages < 10; pages++) {
      const answer = await get(`${chat.messages}/search${at}`)
      const { data, page } = read(answer, 200, found)
      expect(page.total).toBe(20)
      expect(answer.headers.get('Link')).toBe(
        page.next === null ? null : `<${page.next}>; rel="next"`,
      )
      seen.push(...numbersOf(data))
      at = page.next
    }
    expect(seen).toEqual(seen.toSorted((a, b) => b - a))
    expect(new Set(seen).size).toBe(20)
  })

  test('can be narrowed to a sender and a time, and ordered by how well it matches', async () => {
    const chat = await newChat()
    const first = await say(chat, 'tea', { sender: 'ann' })
    const second = await say(chat, 'tea tea tea', { sender: 'bob' })
    const third = await say(chat, 'tea and milk', { sender: 'ann' })
    expect(numbersOf((await search(chat, { q: 'tea', sender: 'ann' })).data)).toEqual([3, 1])
    expect((await search(chat, { q: 'tea', sender: 'Ann' })).page.total).toBe(0)
    expect(numbersOf((await search(chat, { q: 'tea', from: second.created_at })).data)).toContain(3)
    expect(numbersOf((await search(chat, { q: 'tea', to: first.created_at })).data)).toEqual([])
    expect(numbersOf((await search(chat, { q: 'tea', order: 'best' })).data)[0]).toBe(second.number)
    expect(numbersOf((await search(chat, { q: 'milk tea', mode: 'words' })).data)).toEqual([
      third.number,
    ])
    expect((await search(chat, { q: 'milk tea' })).page.total).toBe(0)
  })

  test('refuses a parameter without a meaning, and names it', async () => {
    const chat = await newChat()
    const refused: [string, string][] = [
      ['', 'q'],
      ['?q=', 'q'],
      ['?q=%20%09', 'q'],
      [`?q=${'x'.repeat(257)}`, 'q'],
      ['?q=a&q=b', 'q'],
      ['?q=a&limit=0', 'limit'],
      ['?q=a&limit=1001', 'limit'],
      ['?q=a&after=x', 'after'],
      ['?q=a&mode=regex', 'mode'],
      ['?q=a&order=asc', 'order'],
      ['?q=a&from=yesterday', 'from'],
      ['?q=a&to=2026-02-30T00:00:00Z', 'to'],
      ['?q=a&page=2', 'page'],
    ]
    for (const [query, parameter] of refused) {
      const answer = await get(`${chat.messages}/search${query}`)
      expect(answer, query).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
    }
  })

  test('is 404 in a chat that is not there', async () => {
    const chat = await newChat()
    expect((await get(`/applications/${chat.token}/chats/2/messages/search?q=a`)).status).toBe(404)
    expect((await get('/applications/none/chats/1/messages/search?q=a')).status).toBe(404)
  })
})
