import { afterAll, beforeAll, expect, test } from 'vitest'
import { likePattern } from '../../../functions/mysql/search-rows.ts'
import { fold } from '../../../functions/search/fold.ts'
import { type Database, emptyDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await emptyDatabase()
})
afterAll(() => database.drop())

/**
 * Every character of Unicode but the halves of surrogate pairs, and but U+0000, which no message
 * contains.
 */
const points = Array.from({ length: 0x10ffff }, (_, i) => i + 1)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))

/** The first characters that the pattern of their folded form does not find. */
async function missed(characters: string[]): Promise<string[]> {
  const rows = characters.map(() => 'ROW(?, ?)').join(', ')
  const found = await database.db.query(
    `SELECT body FROM (VALUES ${rows}) AS pairs (body, pattern)
     WHERE NOT (CONCAT('x', body, 'y') COLLATE utf8mb4_0900_ai_ci LIKE pattern COLLATE utf8mb4_0900_ai_ci ESCAPE '!')`,
    characters.flatMap((character) => [character, likePattern(`x${fold(character)}Y`)]),
  )
  return found.map((row) => String(row.body))
}

test('the collation of bodies finds every character by its folded form', async () => {
  for (const character of [
    '%',
    '_',
    '!',
    '\\',
    "'",
    'İ',
    'ſ',
    'K',
    'ß',
    'ẞ',
    'Σ',
    'ς',
    '\u0301',
    '\u200d',
    '👩',
  ])
    expect(await missed([character])).toEqual([])
  const cased = points.filter((point) => fold(point) !== point)
  expect(cased.length).toBeGreaterThan(1300)
  expect(await missed(cased)).toEqual([])
})

test('the collation finds every other character by itself', async () => {
  const others = points.filter((_, i) => i % 23 === 0)
  for (let at = 0; at < others.length; at += 10_000)
    expect(await missed(others.slice(at, at + 10_000))).toEqual([])
})
