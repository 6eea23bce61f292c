import { describe, expect, test } from 'vitest'
import type { MessageValue } from '../../functions/kinds/message.ts'
import type { Row } from '../../functions/protocol/model/row.ts'
import { cursorOf, type Hit, pickHits, placeOf } from '../../functions/search/hits.ts'
import { overlayHits, overlayOf } from '../../functions/search/overlay.ts'
import { messageValue } from '../support/values.ts'

const row = (
  number: number,
  rev: number,
  body: string,
  deleted_at: string | null = null,
): Row<MessageValue> => ({
  number,
  rid: 'r',
  rev,
  count: 0,
  value: messageValue(body, { deleted_at }),
})
const hit = (number: number, score: number): Hit => ({ number, score, row: row(number, 1, '') })
const numbers = (hits: Hit[]) => hits.map((one) => one.number)

describe('the order of hits', () => {
  const hits = [hit(1, 5), hit(3, 1), hit(2, 5)]

  test('is newest first', () => {
    expect(numbers(pickHits(hits, 'newest', undefined, 9))).toEqual([3, 2, 1])
  })

  test('is the greater score first by best, and of equal ones the newer', () => {
    expect(numbers(pickHits(hits, 'best', undefined, 9))).toEqual([2, 1, 3])
  })

  test('goes on after a cursor', () => {
    const after = placeOf('best', cursorOf('best', { score: 5, number: 2 }))
    expect(numbers(pickHits(hits, 'best', after, 1))).toEqual([1])
  })
})

describe('a cursor', () => {
  test('names the place it was made of, at any size', () => {
    const place = { score: 12, number: Number.MAX_SAFE_INTEGER }
    expect(placeOf('best', cursorOf('best', place))).toEqual(place)
    expect(placeOf('newest', cursorOf('newest', place))?.number).toBe(place.number)
  })

  test.each([
    '',
    'x',
    '%',
    'bjk5OTk5OTk5OTk5OTk5OTk',
    Buffer.from('n-1').toString('base64url'),
    cursorOf('best', { score: 1, number: 1 }),
  ])('of another make is none: %s', (cursor) => {
    expect(placeOf('newest', cursor)).toBeUndefined()
  })
})

describe('the overlay', () => {
  const waits = (number: number, rev: number, body: string, deleted: string | null = null) => ({
    ...row(number, rev, body, deleted),
    rid: `${number}/${rev}`,
    act: 'edit' as const,
    parked: false,
  })

  test('takes the greater rev of a number, and says that what is a row is stored', () => {
    const waiting = [waits(1, 5, 'new'), waits(2, 3, 'same')]
    const overlay = overlayOf(waiting, new Map(), [row(1, 4, 'old'), row(2, 3, 'same')])
    expect([overlay.get(1)?.row.value.body, overlay.get(1)?.status]).toEqual(['new', 'accepted'])
    expect(overlay.get(2)?.status).toBe('stored')
  })

  test('answers for tombstones and for edits that no longer match, but does not find them', () => {
    const waiting = [waits(1, 2, 'red', '2026-01-02T00:00:00.000Z'), waits(2, 2, 'blue')]
    const overlay = overlayOf(waiting, new Map(), [row(3, 1, 'red')])
    expect([...overlay.keys()].sort()).toEqual([1, 2, 3])
    expect(numbers(overlayHits(overlay, { terms: ['red'], order: 'newest' }))).toEqual([3])
  })

  test('leaves to the engine what waits but is older than its row, or collides with it', () => {
    const usurper = { ...waits(2, 9, 'usurper'), act: 'create' as const }
    const versions = new Map([
      [1, { rid: 'a', rev: 5 }],
      [2, { rid: 'b', rev: 5 }],
    ])
    expect(overlayOf([waits(1, 4, 'old'), waits(1, 5, 'same'), usurper], versions, []).size).toBe(0)
    expect([...overlayOf([waits(1, 6, 'new')], versions, []).keys()]).toEqual([1])
  })
})
