import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { added } from '../../functions/kinds/added.ts'
import { chatKind } from '../../functions/kinds/chat.ts'

const path = join(import.meta.dirname, '..', 'fixtures', 'v1', 'envelopes.json')
const envelopes: Record<string, { stored: string }> = JSON.parse(readFileSync(path, 'utf8'))
/** Chats as version 1 wrote them. */
const chats: unknown[] = Object.values(envelopes)
  .map(({ stored }) => JSON.parse(stored))
  .filter(({ parent }) => parent.startsWith('app#'))
  .flatMap(({ values }) => values)

/** Chats with a field that they got later. */
const colour = v.nullable(v.string())
const required = v.object({ ...chatKind.value.entries, colour })
const later = v.object({ ...chatKind.value.entries, colour: added(colour, null) })

describe('a field that came later', () => {
  test('would make what is on its way unreadable if it were required', () => {
    expect(chats.length).toBeGreaterThan(0)
    for (const chat of chats) expect(v.is(required, chat)).toBe(false)
  })
  test('has its default in what was written before it', () => {
    for (const chat of chats)
      expect(v.parse(later, chat)).toMatchObject({ ...Object(chat), colour: null })
  })
  test('is read from what was written with it', () => {
    for (const chat of chats)
      expect(v.parse(later, { ...Object(chat), colour: 'x' }).colour).toBe('x')
  })
  test('must be right where it is', () => {
    for (const chat of chats) expect(v.is(later, { ...Object(chat), colour: 5 })).toBe(false)
  })
  test('is dropped by the version before, which does not know it', () => {
    for (const chat of chats)
      expect(v.parse(chatKind.value, { ...Object(chat), colour: 'x' })).toEqual(
        v.parse(chatKind.value, chat),
      )
  })
})
