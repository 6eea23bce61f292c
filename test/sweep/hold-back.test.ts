import { expect, test } from 'vitest'
import { chatParent } from '../../functions/protocol/model/parent.ts'
import type { Update } from '../../functions/protocol/ports/table.ts'
import { emptyHead, headCaps } from '../../functions/protocol/table/head.ts'
import { type Depth, holdBack, holdBackMs } from '../../functions/sweep/hold-back.ts'
import { portsOf } from '../simulation/ports.ts'
import { systemOf } from '../simulation/system.ts'

const parent = chatParent('0'.repeat(32), 1)
const deepQueue = 50_000

/** One request of a crowded chat that is due, and a queue that has these depths, one by one. */
function crowded(...depths: number[]) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  const updates: Update[] = []
  let now = system.world.now
  const update = (input: Update) => {
    updates.push(input)
    return Promise.resolve({ done: true as const, item: undefined })
  }
  const queue = { ...ports.queue, depth: async () => depths.shift() ?? 0 }
  const table = { ...ports.table, update }
  const bounds = { caps: headCaps, deepQueue, holdBackMs }
  const entry = { rid: 'r', rev: 1, number: 1, count: 1 }
  const head = { ...emptyHead, entries: Array.from({ length: headCaps.soft }, () => entry) }
  const reserved = { ...entry, parent, act: 'create' as const, hash: '', created_at: '' }
  const request = { ...reserved, stored: false, waiting: false, sent: 0, expiry: undefined }
  const due = [{ request, reservation: undefined }]
  /** How many may be sent, and after how many minutes the others are due again. */
  const hold = async (swept: { held: number }, passed = 0, depth: Depth = {}) => {
    now += passed
    const own = { table, queue, clock: { now: () => now } }
    const heads = [{ parent, head }]
    const sent = await holdBack({ ...ports, ...bounds, ...own }, depth, swept, due, heads)
    const later = updates.splice(0).map((each) => each.ExpressionAttributeValues?.[':due'])
    return { sent: sent.length, later: later.map((at) => (Number(at) - now) / 60_000) }
  }
  return hold
}

test('a queue that was deep is asked again in the same run: it may have been emptied since', async () => {
  const hold = crowded(deepQueue, deepQueue, 10)
  const swept = { held: 0 }
  const depth: Depth = {}
  const deep = { sent: 0, later: [5] }
  expect(await hold(swept, 0, depth)).toEqual(deep)
  expect(await hold(swept, 10_000, depth)).toEqual(deep)
  // It was just asked.
  expect(await hold(swept, 9_999, depth)).toEqual(deep)
  expect(await hold(swept, 1, depth)).toEqual({ sent: 1, later: [] })
  expect({ ...swept, ...depth }).toMatchObject({ held: 3, queue: { messages: 11 } })
})

test('the more a run holds back, the later it is due again, an hour at most', async () => {
  const hold = crowded(...Array.from({ length: 4 }, () => deepQueue))
  const minutes = []
  for (const held of [9_999, 10_000, 25_000, 1_000_000])
    minutes.push(...(await hold({ held })).later)
  expect(minutes).toEqual([5, 10, 15, 60])
})
