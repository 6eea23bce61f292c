import { describe, expect, test } from 'vitest'
import { tokenBuckets } from '../../functions/api/token-bucket.ts'
import type { Key, Table, Update } from '../../functions/protocol/ports/table.ts'

/**
 * The writes of a bucket on one number, as DynamoDB would do them; test/engines/api uses the real
 * table.
 */
function tableInMemory() {
  const items = new Map<string, number>()
  const calls = { count: 0 }
  const update = async ({ Key, UpdateExpression, ExpressionAttributeValues = {} }: Update) => {
    calls.count++
    const name = (key: Key) => `${key.pk} ${key.sk}`
    const full = items.get(name(Key))
    const value = (at: string) => Number(ExpressionAttributeValues[at])
    const begins = UpdateExpression.includes(':next')
    const holds = begins
      ? full === undefined || full < value(':now')
      : full !== undefined && full <= value(':last')
    if (holds) items.set(name(Key), begins ? value(':next') : Number(full) + value(':step'))
    const now = items.get(name(Key))
    return { done: holds, item: now === undefined ? undefined : { full: now } }
  }
  return { table: { update } as unknown as Table, calls }
}

const rate = { perSecond: 10, burst: 5 }
function bucket(perInstance = 1) {
  const { table, calls } = tableInMemory()
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  const instances = Array.from({ length: perInstance }, () => tokenBuckets(table, clock))
  return { take: instances[0] ?? tokenBuckets(table, clock), instances, clock, calls }
}
const times = async <T>(count: number, call: () => Promise<T>): Promise<T[]> => {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await call())
  return results
}

describe('a bucket', () => {
  test('lets its burst through at once, and then refuses', async () => {
    const { take } = bucket()
    const taken = await times(7, () => take('app', rate))
    expect(taken.map(({ allowed }) => allowed)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    expect(taken.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0])
  })
  test('is full again within its window, also by a clock that is behind another', async () => {
    const { table } = tableInMemory()
    const [ahead, behind] = [3_000, 1_500].map((ms) =>
      tokenBuckets(table, { now: () => 1_700_000_000_000 + ms }),
    )
    const slow = { perSecond: 1, burst: 5 }
    await times(5, () => ahead?.('app', slow) ?? Promise.reject(new Error('no bucket')))
    expect(await behind?.('app', slow)).toMatchObject({ allowed: false, fullIn: 5 })
  })
  test('says how long to wait, and lets through again after that', async () => {
    const { take, clock } = bucket()
    const slow = { perSecond: 1, burst: 3 }
    const taken = await times(4, () => take('app', slow))
    expect(taken.at(-1)).toEqual({ allowed: false, remaining: 0, fullIn: 3, retryAfter: 1 })
    clock.ms += 1000
    expect(await take('app', slow)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await take('app', slow)).toMatchObject({ allowed: false })
  })
  test('is full again after burst / rate seconds, and never holds more', async () => {
    const { take, clock } = bucket()
    await times(5, () => take('app', rate))
    clock.ms += 3_600_000
    const taken = await times(6, () => take('app', rate))
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(5)
  })
  test('lets through the rate in the long run, whoever asks how often', async () => {
    const { instances, clock } = bucket(3)
    let allowed = 0
    for (let ms = 0; ms < 10_000; ms += 7) {
      clock.ms += 7
      const take = instances[(ms / 7) % 3]
      if (take && (await take('app', rate)).allowed) allowed++
    }
    expect(allowed).toBeGreaterThanOrEqual(100)
    expect(allowed).toBeLessThanOrEqual(105)
  })
  test('of one application is not that of another, nor of another rate', async () => {
    const { take } = bucket()
    await times(6, () => take('a', rate))
    expect((await take('b', rate)).allowed).toBe(true)
    expect((await take('a', { perSecond: 20, burst: 5 })).allowed).toBe(true)
  })
})

describe('what a request costs', () => {
  test('is one write, where requests come seldom and where they come often', async () => {
    const { take, clock, calls } = bucket()
    for (let i = 0; i < 5; i++) {
      clock.ms += 10_000
      await take('app', rate)
    }
    expect(calls.count).toBe(5)
    await times(4, () => take('app', rate))
    expect(calls.count).toBe(9)
  })
  test('is at most two for an instance that did not see another begin', async () => {
    const { instances, calls } = bucket(2)
    for (const take of instances) await take('app', rate)
    expect(calls.count).toBe(3)
  })
  test('is no write for a refusal that follows from what is remembered', async () => {
    const { take, calls } = bucket()
    await times(6, () => take('app', rate))
    const before = calls.count
    await times(100, () => take('app', rate))
    expect(calls.count).toBeLessThanOrEqual(before)
  })
})
