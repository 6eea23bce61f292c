import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findInRows } from '../../../functions/mysql/search-rows.ts'
import { findInIndex } from '../../../functions/opensearch/query.ts'
import { type Criteria, termsOf } from '../../../functions/search/criteria.ts'
import { fold } from '../../../functions/search/fold.ts'
import { type FoundHits, pickHits, type WantedHits } from '../../../functions/search/hits.ts'
import { scorerOf } from '../../../functions/search/score.ts'
import { type Engines, engines, filledChat, rowOf } from './engines.ts'

let at: Engines
beforeAll(async () => {
  at = await engines()
})
afterAll(() => at.drop())

type Chat = Awaited<ReturnType<typeof filledChat>>
const all = { after: undefined, limit: 1000, without: new Set<number>() }
const wantedIn = (chat: Chat, more: Partial<WantedHits> = {}): WantedHits => ({
  app: chat.app,
  chat: chat.chat,
  ...all,
  ...more,
})
const literal = (q: string, order: Criteria['order'] = 'newest'): Criteria => ({
  terms: termsOf(q, 'literal'),
  order,
})

/** All that an engine returns of a hit: number, row, and the score where it decides. */
const said = ({ total, hits }: FoundHits, { order }: Criteria) => ({
  total,
  hits: hits.map(({ number, score, row }) => ({
    number,
    score: order === 'best' ? score : 0,
    row,
  })),
})

/** What plain code finds: the judge of both engines. */
function oracle(chat: Chat, criteria: Criteria, wanted: WantedHits): FoundHits {
  const hits = chat.changes
    .map((change) => ({
      row: rowOf(change),
      number: change.number,
      score: scorerOf(criteria)(change.value),
    }))
    .filter((hit) => hit.score > 0 && !wanted.without.has(hit.number))
  return { total: hits.length, hits: pickHits(hits, criteria.order, wanted.after, wanted.limit) }
}

async function expectAll(chat: Chat, criteria: Criteria, wanted: WantedHits = wantedIn(chat)) {
  const expected = said(oracle(chat, criteria, wanted), criteria)
  const [indexed, rows] = await Promise.all([
    findInIndex(at.client, criteria, wanted, at.names),
    findInRows(at.database.db, criteria, wanted),
  ])
  expect(said(indexed, criteria), `OpenSearch, ${JSON.stringify(criteria)}`).toEqual(expected)
  expect(said(rows, criteria), `MySQL, ${JSON.stringify(criteria)}`).toEqual(expected)
  return expected.total
}

/** Every substring of 1 to 10 code points that is not only white space. */
function substrings(text: string): string[] {
  const points = Array.from(text)
  const found = points.flatMap((_, i) =>
    Array.from({ length: Math.min(10, points.length - i) }, (_, n) =>
      points.slice(i, i + n + 1).join(''),
    ),
  )
  return [...new Set(found)].filter((term) => term.trim() !== '')
}

const texts = {
  Latin: 'Crème brûlée à Łódź, naïve Ångström STRASSE/Straße',
  Turkish: 'İstanbul ISPARTA ığdır',
  Greek: 'ΟΔΥΣΣΕΥΣ ὀδυσσεύς Σ ς',
  Cyrillic: 'Съешь ещё ЁЖИК',
  Georgian: 'ᲗᲑᲘᲚᲘᲡᲘ თბილისი',
  Arabic: 'السَّلامُ عليكم، كيف',
  Hebrew: 'שָׁלוֹם עולם',
  Chinese: '我们明天在北京见面。',
  Japanese: 'ﾊﾝｶｸ ハンカク がギ',
  Korean: '안녕 안녕',
  Thai: 'สวัสดีครับ',
  emoji: 'family 👨‍👩‍👧‍👦 flag 🇩🇪 skin 👍🏽 ❤️',
  combining: 'e\u0301 é Z͑ͫ̓a̴ n\u0303ñ',
  punctuation: `%_!?*"'\\/(){}[]^~:+-=&|<>.,;#@$`,
  code: `if (a?.[0] ?? b) { return \`\${x}\\n\` } // TODO`,
  html: '<b onclick="x(\'y\')">&amp;</b>',
  lines: 'one\ntwo\r\n\tthree\u2028four  five ',
  beyond: '𐐀𐐨 𝔘𝔫𝔦 𠜎𠜱',
}

describe('every substring of 1 to 10 characters', () => {
  let chat: Chat
  let other: Chat
  beforeAll(async () => {
    chat = await filledChat(
      at,
      Object.values(texts).map((body) => ({ body })),
    )
    other = await filledChat(at, [{ body: 'quite another chat' }])
  })

  test.each(Object.entries(texts))(
    '%s is found by both engines, with equal hits',
    async (_, text) => {
      const terms = substrings(text)
      for (let i = 0; i < terms.length; i += 8) {
        const totals = await Promise.all(
          terms.slice(i, i + 8).map((term) => expectAll(chat, literal(term))),
        )
        for (const total of totals) expect(total).toBeGreaterThan(0)
      }
    },
  )

  test('is not found from another chat', async () => {
    for (const text of Object.values(texts)) await expectAll(other, literal(text.slice(0, 8)))
  })

  test('is found whatever its case', async () => {
    for (const text of Object.values(texts)) {
      const [up, down] = [text.slice(0, 9).toUpperCase(), fold(text.slice(0, 9))]
      await expectAll(chat, literal(up))
      expect(await expectAll(chat, literal(down))).toBeGreaterThan(0)
    }
  })
})

describe('odd terms', () => {
  test.each([
    '\u0000',
    '\\',
    '\\\\',
    '%',
    '_',
    '!',
    '"',
    "' OR 1=1 -- ",
    '*',
    '?',
    'AND',
    '(',
    '\uffff',
    '\ufeffx',
    '{"a":1}',
  ])('%j is taken as it is', async (term) => {
    const chat = await filledChat(at, [
      { body: `x${term.replace('\u0000', '')}y ${term.length}` },
      { body: 'plain' },
    ])
    await expectAll(chat, literal(term))
  })

  test('a term of 256 characters, repeated in itself, is counted as often as it occurs', async () => {
    const chat = await filledChat(at, [
      { body: 'ab'.repeat(200) },
      { body: 'ab'.repeat(127) },
      { body: 'a'.repeat(300) },
    ])
    expect(await expectAll(chat, literal('ab'.repeat(128), 'best'))).toBe(1)
    expect(await expectAll(chat, literal('a'.repeat(200), 'best'))).toBe(1)
  })

  test('a body of 16 KiB is searched to its end', async () => {
    const chat = await filledChat(at, [{ body: `${'é'.repeat(8000)} the very end` }])
    expect(await expectAll(chat, literal('very end'))).toBe(1)
    expect(await expectAll(chat, literal('é', 'best'))).toBe(1)
  })
})

describe('random messages and terms', () => {
  const unit = fc.constantFrom(
    ...Array.from('aAbBéÉ iIİıσΣςßẞჲჿᲲ\u0301\u200d👩👨%_!\\\'"\n中界ｱ𐐀𐐨K'),
  )
  const body = fc.string({ unit, minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '')
  const term = fc.string({ unit, minLength: 1, maxLength: 5 }).filter((text) => text.trim() !== '')
  const time = fc
    .integer({ min: 0, max: 9 })
    .map((n) => new Date(Date.UTC(2026, 0, 1, 0, 0, 0, n)).toISOString())
  const sender = fc.constantFrom(null, 'Ann', 'ann', 'Änn')
  const message = fc.record({ body, created_at: time, sender })

  test('give what plain code finds: in both engines, modes and orders, with filters and excluded numbers', async () => {
    const messages = fc.array(message, { minLength: 1, maxLength: 12 })
    const search = fc.record({
      q: fc.array(term, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
      mode: fc.constantFrom('literal' as const, 'words' as const),
      order: fc.constantFrom('newest' as const, 'best' as const),
      sender: fc.option(fc.constantFrom('Ann', 'ann', 'nobody', '')),
      from: fc.option(time),
      to: fc.option(time),
      without: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
      limit: fc.integer({ min: 1, max: 13 }),
    })
    await fc.assert(
      fc.asyncProperty(
        messages,
        fc.array(search, { minLength: 20, maxLength: 20 }),
        async (values, searches) => {
          const chat = await filledChat(at, values)
          for (const { q, mode, order, without, limit, sender, from, to } of searches) {
            const criteria: Criteria = {
              terms: termsOf(q, mode),
              order,
              ...(sender === null ? {} : { sender }),
              ...(from === null ? {} : { from: Date.parse(from) }),
              ...(to === null ? {} : { to: Date.parse(to) }),
            }
            await expectAll(chat, criteria, wantedIn(chat, { limit, without: new Set(without) }))
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})
