import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countOf, matcherOf, step } from '../../functions/search/term-matcher.ts'

const points = fc.constantFrom('a', 'b', '\ud83d\udc69')
const someTerm = fc.string({ unit: points, minLength: 1, maxLength: 6 })
const someText = fc.string({ unit: points, maxLength: 60 })

test('a term is counted as by a comparison at every place, overlapping occurrences too', async () => {
  const naive = (text: string, term: string) =>
    Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(term, at))
  await fc.assert(
    fc.property(someText, someTerm, (text, term) => {
      expect(countOf(text, matcherOf([term]))).toBe(naive(text, term).length)
    }),
  )
})

test('the longest term that ends at a place is known there, whatever other terms it contains', async () => {
  await fc.assert(
    fc.property(someText, fc.array(someTerm, { minLength: 1, maxLength: 6 }), (body, terms) => {
      const found: number[] = []
      let state = matcherOf(terms)
      for (let at = 0; at < body.length; at++) {
        state = step(state, body.charCodeAt(at))
        found.push(state.matched)
      }
      const ending = (at: number) => terms.filter((term) => body.slice(0, at + 1).endsWith(term))
      const longest = found.map((_, at) => Math.max(0, ...ending(at).map((term) => term.length)))
      expect(found).toEqual(longest)
    }),
  )
})

test('terms that contain each other cost no more than the text is long', () => {
  const first = matcherOf(Array.from({ length: 21 }, (_, i) => 'a'.repeat(i + 1)))
  const all = new Set([first])
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
  let state = first
  for (let at = 0; at < text.length; at++) state = step(state, text.charCodeAt(at))
  // Each character makes the beginning one longer at most, and each further question makes it
  // shorter.
  expect(asked).toBeLessThanOrEqual(2 * text.length)
})
