import { describe, expect, test } from 'vitest'
import type { ChatValue, Range, Row } from '../../functions/protocol/change.ts'
import { emptyHead, headKey } from '../../functions/protocol/head.ts'
import { list } from '../../functions/protocol/listing.ts'
import { applicationParent } from '../../functions/protocol/parent.ts'
import type { Item } from '../../functions/protocol/ports.ts'
import { storedRows, tableWithoutWaiting } from '../support/stored-rows.ts'

const parent = applicationParent('0'.repeat(32))
const at = '2026-01-02T03:04:05.678Z'
const rowOf = (number: number): Row<ChatValue> => ({
  number,
  rid: `r${number}`,
  rev: number,
  count: 0,
  value: { title: null, metadata: null, created_at: at, updated_at: at, deleted_at: null },
})
/** A HEAD in the table that has counted to `seq`; undefined: none. */
const counter = (seq: number | undefined): Item | undefined =>
  seq === undefined
    ? undefined
    : { ...headKey(parent), seq, rev: seq, pruned: seq, r: {}, rn: {}, c: {}, e: {} }

/** The numbers of a page that is read with an image of `image` numbers, while `stored` are rows and the counter says `now`. */
async function page(stored: number[], image: number, now: number | undefined, range: Partial<Range> = {}) {
  const table = { ...tableWithoutWaiting, batchGet: async () => [counter(now)] }
  const rows = storedRows({ root: [], application: stored.map(rowOf), chat: [] })
  const asked: Range = { order: 'asc', limit: 50, ...range }
  const { items, more } = await list<'application'>({ table, rows }, parent, asked, {
    ...emptyHead,
    seq: image,
  })
  return { numbers: items.map(({ row }) => row.number), more }
}

describe('a page that is read while numbers are given out and stored', () => {
  test('never shows a number above one that is still on its way', async () => {
    // 4 and 5 were given out after the image was read; 5 was stored first.
    expect(await page([1, 2, 3, 5], 3, 5)).toEqual({ numbers: [1, 2, 3], more: false })
    expect(await page([1, 2, 3, 5], 3, 5, { before: 6 })).toEqual({ numbers: [1, 2, 3], more: false })
    expect(await page([1, 2, 3, 5], 3, 5, { order: 'desc' })).toEqual({ numbers: [3, 2, 1], more: false })
    expect(await page([1, 2, 3, 5], 3, 5, { after: 3 })).toEqual({ numbers: [], more: false })
  })
  test('is as full as it can be below them', async () => {
    expect(await page([1, 2, 3, 5], 3, 5, { order: 'desc', limit: 1 })).toEqual({ numbers: [3], more: true })
    expect(await page([1, 2, 3, 5, 6, 7], 3, 9, { order: 'desc', limit: 2 })).toEqual({
      numbers: [3, 2],
      more: true,
    })
  })
})

describe('a page of rows that the counter does not know', () => {
  test.each([
    ['lost', 0, undefined],
    ['restored from an older state', 2, 2],
    ['restored, and counting again', 2, 3],
  ])('shows them: the counter is %s', async (_, image, now) => {
    expect(await page([1, 2, 3, 4, 5], image, now)).toEqual({ numbers: [1, 2, 3, 4, 5], more: false })
    expect(await page([1, 2, 3, 4, 5], image, now, { order: 'desc', limit: 3 })).toEqual({
      numbers: [5, 4, 3],
      more: true,
    })
  })
})
