import { describe, expect, test } from 'vitest'
import type { ChatValue } from '../../../functions/kinds/chat.ts'
import { applicationParent } from '../../../functions/protocol/model/parent.ts'
import type { Range, Row } from '../../../functions/protocol/model/row.ts'
import type { Item } from '../../../functions/protocol/ports/table.ts'
import { readList } from '../../../functions/protocol/read/read-list.ts'
import { emptyHead, headKey } from '../../../functions/protocol/table/head.ts'
import { storedRows, tableWithoutWaiting } from '../../support/stored-rows.ts'
import { at, chatValue } from '../../support/values.ts'

const parent = applicationParent('0'.repeat(32))
const rowOf = (number: number, deleted_at: string | null = null): Row<ChatValue> => ({
  number,
  rid: `r${number}`,
  rev: number,
  count: 0,
  value: chatValue({ deleted_at }),
})
/** A HEAD in the table that has counted to `seq`; undefined: none. */
const counter = (seq: number | undefined): Item | undefined =>
  seq === undefined
    ? undefined
    : { ...headKey(parent), seq, rev: seq, pruned: seq, r: {}, rn: {}, c: {}, e: {} }

/**
 * The numbers of a page that is read with an image of `image` numbers, while `stored` are rows and
 * the counter says `now`.
 */
async function page(
  stored: number[],
  image: number,
  now: number | undefined,
  range: Partial<Range> = {},
) {
  const { numbers, more } = await pageOf(
    stored.map((number) => rowOf(number)),
    image,
    now,
    range,
  )
  return { numbers, more }
}

/** The same, of rows; and `end`, where the way on begins. */
async function pageOf(
  stored: Row<ChatValue>[],
  image: number,
  now: number | undefined,
  range: Partial<Range>,
) {
  const table = { ...tableWithoutWaiting, batchGet: async () => [counter(now)] }
  const rows = storedRows({ root: [], application: stored, chat: [] })
  const asked: Range = { order: 'asc', limit: 50, ...range }
  const { items, more, end } = await readList<'application'>({ table, rows }, parent, asked, {
    ...emptyHead,
    seq: image,
  })
  return { numbers: items.map(({ row }) => row.number), more, end }
}

describe('a page that is read while numbers are given out and stored', () => {
  test('never shows a number above one that is still on its way', async () => {
    // 4 and 5 were given out after the image was read; 5 was stored first.
    expect(await page([1, 2, 3, 5], 3, 5)).toEqual({ numbers: [1, 2, 3], more: false })
    expect(await page([1, 2, 3, 5], 3, 5, { before: 6 })).toEqual({
      numbers: [1, 2, 3],
      more: false,
    })
    expect(await page([1, 2, 3, 5], 3, 5, { order: 'desc' })).toEqual({
      numbers: [3, 2, 1],
      more: false,
    })
    expect(await page([1, 2, 3, 5], 3, 5, { after: 3 })).toEqual({ numbers: [], more: false })
  })
  test('is as full as it can be below them', async () => {
    expect(await page([1, 2, 3, 5], 3, 5, { order: 'desc', limit: 1 })).toEqual({
      numbers: [3],
      more: true,
    })
    expect(await page([1, 2, 3, 5, 6, 7], 3, 9, { order: 'desc', limit: 2 })).toEqual({
      numbers: [3, 2],
      more: true,
    })
  })
})

describe('a page that ends among tombstones while numbers are given out and stored', () => {
  const tombstones = (last: number) => Array.from({ length: last }, (_, i) => rowOf(i + 1, at))
  /** The last number that one answer reads to from the first, where it finds nothing alive. */
  const reach = async () => {
    const { end = 0 } = await pageOf(tombstones(20_000), 20_000, 20_000, { limit: 1 })
    expect(end).toBeGreaterThan(1000)
    return end
  }

  test('leads on to what was given out after its image, not past it', async () => {
    // The last rows it reads are of numbers given out after the image; one below them is still on
    // its way.
    const image = (await reach()) - 2
    const stored = [...tombstones(image), rowOf(image + 2), rowOf(image + 3)]
    const first = await pageOf(stored, image, image + 3, { limit: 1 })
    expect(first).toEqual({ numbers: [], more: true, end: image })
    const arrived = [...tombstones(image), rowOf(image + 1), rowOf(image + 2), rowOf(image + 3)]
    const next = await pageOf(arrived, image + 3, image + 3, { limit: 1, after: first.end })
    expect(next).toEqual({ numbers: [image + 1], more: true, end: image + 1 })
  })

  test('leads on among rows that the counter does not know, up and down (P9)', async () => {
    const read = await reach()
    const up = await pageOf(tombstones(20_000), 5, 5, { limit: 1, after: read })
    expect(up.end).toBe(2 * read)
    const down = await pageOf(tombstones(20_000), 5, 5, { limit: 1, order: 'desc' })
    expect(down.end).toBe(20_001 - read)
  })
})

describe('a page of rows that the counter does not know', () => {
  test.each([
    ['lost', 0, undefined],
    ['restored from an older state', 2, 2],
    ['restored, and counting again', 2, 3],
  ])('shows them: the counter is %s', async (_, image, now) => {
    expect(await page([1, 2, 3, 4, 5], image, now)).toEqual({
      numbers: [1, 2, 3, 4, 5],
      more: false,
    })
    expect(await page([1, 2, 3, 4, 5], image, now, { order: 'desc', limit: 3 })).toEqual({
      numbers: [5, 4, 3],
      more: true,
    })
  })
})
