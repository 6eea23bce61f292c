import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '../../../functions/protocol/model/entry.ts'
import type { Range } from '../../../functions/protocol/model/row.ts'
import {
  entriesWithin,
  filledBy,
  highest,
  isReached,
  lowest,
  reachBefore,
} from '../../../functions/protocol/read/reach.ts'

const entries = fc.array(
  fc.record({
    rid: fc.constant('r'),
    rev: fc.constant(1),
    number: fc.integer({ min: 1, max: 40 }),
    count: fc.constantFrom(1, 1, 2, 9),
  }),
  { maxLength: 12 },
)
const bound = fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined })
const range: fc.Arbitrary<Range> = fc.record({
  order: fc.constantFrom('asc', 'desc'),
  limit: fc.integer({ min: 1, max: 12 }),
  after: bound,
  before: bound,
})

/** The numbers of entries that lie in the range, in its order. */
function numbersOf(of: Range, some: Entry[]): number[] {
  const all = some.flatMap(({ number, count }) =>
    Array.from({ length: count }, (_, i) => number + i),
  )
  const inside = [...new Set(all)].filter((n) => n >= lowest(of) && n <= highest(of))
  return inside.sort((a, b) => (of.order === 'asc' ? a - b : b - a))
}

test('entries fill a range with the number that is the last one of its limit', () => {
  const cases = fc.property(range, entries, (of, some) => {
    expect(filledBy(of, some)).toBe(numbersOf(of, some)[of.limit - 1])
  })
  fc.assert(cases, { numRuns: 2_000 })
})

test('the entries within a reach are those about a number that it reaches, in its order', () => {
  const cases = fc.property(range, entries, bound, (of, some, reach) => {
    const within = entriesWithin(of, reach, some)
    const isWithin = (entry: Entry) =>
      numbersOf(of, [entry]).some((number) => isReached(of, reach, number))
    expect(new Set(within)).toEqual(new Set(some.filter(isWithin)))
    const firsts = within.map((entry) => numbersOf(of, [entry])[0] ?? 0)
    expect(firsts).toEqual(firsts.toSorted((a, b) => (of.order === 'asc' ? a - b : b - a)))
  })
  fc.assert(cases, { numRuns: 2_000 })
})

test('before an entry of a range nothing is about it, nor about any that begins behind it', () => {
  const cases = fc.property(range, entries, (of, some) => {
    const within = entriesWithin(of, undefined, some)
    for (const [at, entry] of within.entries()) {
      const before = numbersOf(of, within.slice(at)).filter((number) =>
        isReached(of, reachBefore(of, entry), number),
      )
      expect(before).toEqual([])
    }
  })
  fc.assert(cases, { numRuns: 500 })
})
