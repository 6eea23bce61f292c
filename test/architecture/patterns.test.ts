import { checkSync } from 'recheck'
import { beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../functions/api/routes.ts'
import { idempotencyKeyPattern } from '../../functions/api/schemas/queries.ts'
import { messageBatch } from '../../functions/kinds/message.ts'
import { patternsIn, patternsInSources } from './patterns.ts'

/**
 * What a text costs must grow with its length alone: a pattern that tries every place of it anew
 * took 11 s for 130 KB. The checker decides that for all texts, by automata. Its version in
 * JavaScript is told to be taken, since its others need a JVM or a binary of the platform.
 */
const all = new Map<string, [place: string, pattern: RegExp]>()
const add = (place: string, pattern: RegExp) => all.set(String(pattern), [place, pattern])
for (const [file, pattern] of patternsInSources()) add(file, pattern)
for (const pattern of [...routes, messageBatch].flatMap((route) => patternsIn(route)))
  add('a schema', pattern)
for (const least of [1, 22]) add('idempotencyKeyPattern', new RegExp(idempotencyKeyPattern(least)))

beforeAll(() => {
  process.env.RECHECK_BACKEND = 'pure'
  process.env.RECHECK_SYNC_BACKEND = 'pure'
})
function verdict({ source, flags }: RegExp): string {
  const found = checkSync(source, flags, { timeout: 120_000 })
  return found.status === 'unknown' ? `unknown: ${found.error.kind}` : found.complexity.type
}

describe('a regular expression of the functions', () => {
  test('is found wherever it stands', () => {
    const places = new Set([...all.values()].map(([place]) => place))
    for (const place of ['api/etags', 'api/json-numbers', 'kinds/application', 'search/criteria'])
      expect(places).toContain(`functions/${place}.ts`)
    expect(all.size).toBeGreaterThan(25)
  })
  test.each([/0+$/, /"(?:[^"\\]|\\.)*"/g, /^(a+)+$/])(
    'that is not linear is told by the checker: %s',
    (pattern) => expect(verdict(pattern)).toMatch(/polynomial|exponential/),
    130_000,
  )
  test.each([...all.values()])(
    'takes time that is linear in the text: %s %s',
    (_, pattern) => expect(verdict(pattern)).toMatch(/^(safe|linear)$/),
    130_000,
  )
})
