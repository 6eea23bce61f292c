import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countOf, occurrencesOf, seeing, seenNothing } from '../../functions/search/occurrences.ts'

function all(text: string, term: string): number[] {
  const next = occurrencesOf(text, term)
  const found: number[] = []
  for (let at = next(); at !== Number.POSITIVE_INFINITY; at = next()) found.push(at)
  return found
}
const naive = (text: string, term: string) =>
  Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(term, at))

test('occurrences are those of a comparison at every place, overlapping ones too', async () => {
  const few = fc.string({
    unit: fc.constantFrom('a', 'b', '\ud83d\udc69'),
    minLength: 1,
    maxLength: 6,
  })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\udc69'), maxLength: 60 })
  await fc.assert(
    fc.property(text, few, (body, term) => {
      expect(all(body, term)).toEqual(naive(body, term))
      expect(countOf(body, term)).toBe(naive(body, term).length)
    }),
  )
})

test('after the last occurrence there is none, however often it is asked', () => {
  const next = occurrencesOf('aab', 'ab')
  expect([next(), next(), next()]).toEqual([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})

test('the longest term that ends at a place is known there, whatever other terms it contains', async () => {
  const few = fc.string({
    unit: fc.constantFrom('a', 'b', '\ud83d\udc69'),
    minLength: 1,
    maxLength: 6,
  })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\udc69'), maxLength: 60 })
  await fc.assert(
    fc.property(text, fc.array(few, { minLength: 1, maxLength: 6 }), (body, terms) => {
      const found: number[] = []
      let seen = seenNothing(terms)
      for (let at = 0; at < body.length; at++) {
        seen = seeing(seen, body.charCodeAt(at))
        found.push(seen.term)
      }
      const ending = (at: number) => terms.filter((term) => body.slice(0, at + 1).endsWith(term))
      const longest = found.map((_, at) => Math.max(0, ...ending(at).map((term) => term.length)))
      expect(found).toEqual(longest)
    }),
  )
})

test('terms that contain each other cost no more than the text is long', () => {
  const nothing = seenNothing(Array.from({ length: 21 }, (_, i) => 'a'.repeat(i + 1)))
  const all = new Set([nothing])
  let asked = 0
  class Counted<K, V> extends Map<K, V> {
    override get(key: K): V | undefined {
      asked++
      return super.get(key)
    }
  }
  for (const each of all) {
    for (const next of each.longer.values()) all.add(next)
    each.longer = new Counted(each.longer)
  }
  expect(all.size).toBe(22)
  const text = `${'a'.repeat(2_000)}b`.repeat(2)
  let seen = nothing
  for (let at = 0; at < text.length; at++) seen = seeing(seen, text.charCodeAt(at))
  // Each character makes what is seen one longer at most, and each further question makes it
  // shorter.
  expect(asked).toBeLessThanOrEqual(2 * text.length)
})
