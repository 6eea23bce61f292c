import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Range } from '../../../functions/protocol/model/row.ts'
import { readList } from '../../../functions/protocol/read/read-list.ts'
import { headKey } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { moveOut } from '../../../functions/protocol/write/move-out.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { settle } from '../../../functions/protocol/write/settle.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { messageValue } from '../../support/values.ts'

const app = '0'.repeat(32)
const parent = chatParent(app, 1)

/** Where a message is on its way when it is listed. */
type Place = 'HEAD' | 'waiting' | 'stored' | 'deleted'

/**
 * A chat whose messages are at these places, `count` to a batch each; the calls succeed, time goes
 * by itself.
 */
async function chatWith(places: { place: Place; count: number }[]) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead({ kind: 'application', app }))
  system.table.put(putHead(parent))
  const work = async () => {
    for (const { place, count } of places) {
      const build = (at: string): MessageValue[] =>
        Array.from({ length: count }, () =>
          messageValue('b', { deleted_at: place === 'deleted' ? at : null }),
        )
      const { reservation } = await reserve(ports, {
        parent,
        key: undefined,
        input: () => ({ hash: '', build }),
      })
      const { rid, rev, number, values, act } = reservation
      if (place === 'waiting') await moveOut(ports.table, parent, [{ rid, rev, number, count }])
      if (place === 'HEAD' || place === 'waiting') continue
      await ports.store.store(
        values.map((value, i) => ({ rid, rev, parent, act, number: number + i, value })),
      )
      await settle(ports, [reservation])
    }
  }
  const run = <T>(promise: Promise<T>) => finish(system, promise)
  await run(work())
  return { ports, run }
}

const places = fc.array(
  fc.record({
    place: fc.constantFrom<Place>('HEAD', 'waiting', 'stored', 'deleted'),
    count: fc.constantFrom(1, 1, 1, 2, 5, 60),
  }),
  { maxLength: 12 },
)

test('a walk in pages of any size, in both orders, sees every live message once, wherever it is on its way', async () => {
  const cases = fc.asyncProperty(
    places,
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom('asc', 'desc'),
    walk,
  )
  await fc.assert(cases, { numRuns: 60 })
})

async function walk(chat: { place: Place; count: number }[], limit: number, order: 'asc' | 'desc') {
  const { ports, run } = await chatWith(chat)
  const live = chat.flatMap(({ place, count }) =>
    Array.from({ length: count }, () => place !== 'deleted'),
  )
  const expected = live.flatMap((is, i) => (is ? [i + 1] : []))
  const { head } = await run(readHeads(ports.table, parent))
  const seen: number[] = []
  let range: Range = { order, limit }
  for (let more = true; more; ) {
    if (!head) throw new Error('the chat has no HEAD')
    const page = await run(readList<'chat'>(ports, parent, range, head))
    const numbers = page.items.map(({ row }) => row.number)
    expect(numbers.length === limit || !page.more).toBe(true)
    seen.push(...numbers)
    const last = numbers.at(-1)
    more = page.more && last !== undefined
    range = { order, limit, ...(order === 'asc' ? { after: last } : { before: last }) }
  }
  expect(seen).toEqual(order === 'asc' ? expected : expected.toReversed())
}

test('thousands of tombstones in a row cost a bounded number of reads, and the way on leads past them', async () => {
  const deleted = Array.from({ length: 60 }, () => ({ place: 'deleted' as const, count: 100 }))
  const { ports, run } = await chatWith([...deleted, { place: 'stored', count: 2 }])
  const { head } = await run(readHeads(ports.table, parent))
  if (!head) throw new Error('the chat has no HEAD')
  let reads = 0
  const counted = {
    ...ports,
    rows: {
      ...ports.rows,
      list: ((of, range) => {
        reads += 1
        return ports.rows.list(of, range)
      }) as typeof ports.rows.list,
    },
  }
  const first = await run(readList<'chat'>(counted, parent, { order: 'asc', limit: 1 }, head))
  expect(reads).toBeLessThan(15)
  expect(first).toMatchObject({ items: [], more: true })
  const second = await run(
    readList<'chat'>(ports, parent, { order: 'asc', limit: 1, after: first.end }, head),
  )
  expect(second.items.map(({ row }) => row.number)).toEqual([6001])
  expect(second).toMatchObject({ more: true, end: 6001 })
})

test('a page that is not filled never ends before its last item, though the counter is behind (P9)', async () => {
  const deleted = Array.from({ length: 60 }, () => ({ place: 'deleted' as const, count: 100 }))
  const { ports, run } = await chatWith([{ place: 'stored', count: 3 }, ...deleted])
  await run(ports.table.delete({ Key: headKey(parent) }))
  await run(ports.table.put(putHead(parent, { seq: 1, rev: 1 })))
  const { head } = await run(readHeads(ports.table, parent))
  if (!head) throw new Error('the chat has no HEAD')
  const page = await run(readList<'chat'>(ports, parent, { order: 'asc', limit: 9 }, head))
  expect(page.items.map(({ row }) => row.number)).toEqual([1, 2, 3])
  expect(page).toMatchObject({ more: true, end: 3 })
})
