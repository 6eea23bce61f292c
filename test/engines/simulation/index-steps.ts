import fc from 'fast-check'
import type { StoredMessage } from '../../../functions/protocol/ports/stores.ts'
import { type Criteria, termsOf } from '../../../functions/search/criteria.ts'
import type { WantedHits } from '../../../functions/search/hits.ts'

/** Where all messages are. Each run replaces the names of the applications by keys of its own. */
export const chats = [
  { app: 'one', chat: 1 },
  { app: 'one', chat: 2 },
  { app: 'two', chat: 1 },
]

/** `after`: which of the hits of all searches so far, modulo their number. */
export interface Asked {
  criteria: Criteria
  wanted: Omit<WantedHits, 'after'>
  after: number | undefined
}
export type IndexStep =
  | { kind: 'bulk'; messages: StoredMessage[] }
  | { kind: 'refresh' }
  | { kind: 'search'; searches: Asked[] }

// Uneven, so that most are in one chat and some in its neighbours.
const chat = fc.constantFrom(
  ...chats,
  ...Array.from({ length: 5 }, () => ({ app: 'one', chat: 1 })),
)
const number = fc.integer({ min: 1, max: 5 })
const rev = fc.integer({ min: 1, max: 20 })

/** In every body: who looks for it sees all messages. */
export const everywhere = 'a'
// Letters of both cases, combining marks, code points beyond 16 bits, and the signs of LIKE and of
// queries: where an engine may fold or cut in another way.
const unit = fc.constantFrom(...Array.from('aAbéÉσΣςİi中𐐀𐐨 %\u0301'))
const body = fc
  .tuple(fc.string({ unit, maxLength: 12 }), fc.string({ unit, maxLength: 6 }))
  .map((around) => around.join(everywhere))
const sender = fc.constantFrom(null, 'Ann', 'ann', '')
const millisecond = (min: number, max: number) =>
  fc.integer({ min, max }).map((ms) => Date.UTC(2026, 0, 1, 0, 0, 0, ms))

const message = fc
  .record({
    chat,
    number,
    rev,
    rid: fc.constantFrom(null, 'first', 'second'),
    body,
    sender,
    created: millisecond(0, 3),
    deleted: fc.constantFrom(true, false, false, false, false),
    name: unit,
  })
  .map(({ chat, body, sender, created, deleted, name, ...row }): StoredMessage => {
    const then = new Date(Date.UTC(2026, 0, 2) + row.rev).toISOString()
    const times = { created_at: new Date(created).toISOString(), updated_at: then }
    const metadata = name === 'a' ? null : { [name]: [row.rev, { [name]: null }] }
    return {
      ...chat,
      ...row,
      count: 0,
      value: { body, sender, metadata, ...times, deleted_at: deleted ? then : null },
    }
  })

// Short terms under few filters: cursors and limits are tested by many hits, not by one.
const text = (maxLength: number) =>
  fc.string({ unit, minLength: 1, maxLength }).filter((term) => term.trim() !== '')
const terms = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>([everywhere]) },
  { weight: 3, arbitrary: text(1).map((q) => termsOf(q, 'literal')) },
  { weight: 1, arbitrary: text(4).map((q) => termsOf(q, 'literal')) },
  {
    weight: 2,
    arbitrary: fc.tuple(text(1), text(2)).map((words) => termsOf(words.join(' '), 'words')),
  },
)
const [from, to] = [millisecond(0, 3), millisecond(1, 4)]
const asker = fc.constantFrom('Ann', 'ann', '', 'nobody')
const filters = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ sender: asker }) },
  { weight: 1, arbitrary: fc.record({ from }) },
  { weight: 1, arbitrary: fc.record({ to }) },
  { weight: 1, arbitrary: fc.record({ sender: asker, from, to }) },
)
const criteria = fc
  .tuple(terms, fc.constantFrom<Criteria['order']>('newest', 'best'), filters)
  .map(([terms, order, filters]): Criteria => ({ terms, order, ...filters }))

const asked = fc.record({
  criteria,
  wanted: fc
    .tuple(chat, fc.integer({ min: 1, max: 6 }), fc.uniqueArray(number, { maxLength: 2 }))
    .map(([chat, limit, without]) => ({ ...chat, limit, without: new Set(without) })),
  after: fc.option(fc.nat(), { nil: undefined, freq: 2 }),
})

const bulkOf = (minLength: number) =>
  fc.record({
    kind: fc.constant('bulk' as const),
    messages: fc.array(message, { minLength, maxLength: 6 }),
  })
const refresh = fc.constant({ kind: 'refresh' as const })
const search = fc.record({
  kind: fc.constant('search' as const),
  searches: fc.array(asked, { minLength: 1, maxLength: 6 }),
})
const step = fc.oneof(
  { weight: 4, arbitrary: bulkOf(1) },
  { weight: 2, arbitrary: refresh },
  { weight: 3, arbitrary: search },
)

/**
 * What persist, OpenSearch itself and searching clients do: on few keys, so that they meet, in any
 * order of revs. The first two make sure that there is something to find early.
 */
export const indexSteps: fc.Arbitrary<IndexStep[]> = fc
  .tuple(bulkOf(5), refresh, fc.array(step, { minLength: 5, maxLength: 25 }))
  .map(([first, second, others]) => [first, second, ...others])
