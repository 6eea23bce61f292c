import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countOf, occurrencesOf } from '../../functions/search/occurrences.ts'

function all(text: string, term: string): number[] {
  const next = occurrencesOf(text, term)
  const found: number[] = []
  for (let at = next(); at !== Number.POSITIVE_INFINITY; at = next()) found.push(at)
  return found
}
const naive = (text: string, term: string) =>
  Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(term, at))

test('occurrences are those of a comparison at every place, overlapping ones too', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\udc69'), minLength: 1, maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\udc69'), maxLength: 60 })
  fc.assert(
    fc.property(text, few, (body, term) => {
      expect(all(body, term)).toEqual(naive(body, term))
      expect(countOf(body, term)).toBe(naive(body, term).length)
    }),
  )
})

test('after the last there is none, however often it is asked', () => {
  const next = occurrencesOf('aab', 'ab')
  expect([next(), next(), next()]).toEqual([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})
