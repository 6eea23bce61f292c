import { describe, expect, test } from 'vitest'
import { type TokenBuckets, tokenBuckets } from '../../functions/api/token-bucket.ts'
import type { Rate } from '../../functions/limits/limits.ts'
import type { Clock } from '../../functions/protocol/ports/clock.ts'
import type { Key, Table, Update } from '../../functions/protocol/ports/table.ts'

/**
 * The writes of a bucket on one number, as DynamoDB would do them; test/engines/api uses the real
 * table.
 */
function tableInMemory() {
  const items = new Map<string, { full: number; at: number }>()
  const calls = { count: 0 }
  const update = async ({ Key, UpdateExpression, ExpressionAttributeValues = {} }: Update) => {
    calls.count++
    const name = (key: Key) => `${key.pk} ${key.sk}`
    const full = items.get(name(Key))?.full
    const value = (at: string) => Number(ExpressionAttributeValues[at])
    const begins = UpdateExpression.includes(':next')
    const holds = begins
      ? full === undefined || full < value(':now')
      : full !== undefined && full <= value(':last')
    if (holds)
      items.set(name(Key), {
        full: begins ? value(':next') : Number(full) + value(':steps'),
        at: value(':now'),
      })
    return { done: holds, item: items.get(name(Key)) }
  }
  return { table: { update } as unknown as Table, calls }
}

const rate = { perSecond: 10, burst: 5 }
/** Takes one request, or as many as it costs. */
const instanceOf = (table: Table, clock: Clock) => {
  const { take } = tokenBuckets(table, clock)
  return (app: string, rate: Rate, cost = 1): ReturnType<TokenBuckets['take']> =>
    take(app, rate, cost)
}
function bucket(perInstance = 1) {
  const { table, calls } = tableInMemory()
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  const instances = Array.from({ length: perInstance }, () => instanceOf(table, clock))
  return { take: instances[0] ?? instanceOf(table, clock), instances, clock, calls }
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
      instanceOf(table, { now: () => 1_700_000_000_000 + ms }),
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
  test('takes of a request what it costs, and refuses what it has not', async () => {
    const { take, clock } = bucket()
    expect(await take('app', rate, 3)).toMatchObject({ allowed: true, remaining: 2 })
    expect(await take('app', rate, 3)).toMatchObject({ allowed: false, remaining: 2 })
    expect(await take('app', rate, 2)).toMatchObject({ allowed: true, remaining: 0 })
    clock.ms += 300
    expect(await take('app', rate, 3)).toMatchObject({ allowed: true, remaining: 0 })
  })
  test('says of a costly request how long that has to wait', async () => {
    const { take, clock } = bucket()
    const slow = { perSecond: 1, burst: 10 }
    await take('app', slow, 10)
    const refused = await take('app', slow, 4)
    expect(refused).toMatchObject({ allowed: false, retryAfter: 4 })
    clock.ms += 1000 * refused.retryAfter
    expect((await take('app', slow, 4)).allowed).toBe(true)
  })
  test('lets through what costs more than it holds when it is full, and is empty then', async () => {
    const { take, clock } = bucket()
    expect(await take('app', rate, 100)).toMatchObject({ allowed: true, remaining: 0 })
    expect((await take('app', rate, 100)).allowed).toBe(false)
    clock.ms += 500
    expect((await take('app', rate, 100)).allowed).toBe(true)
  })
  test('of one application is not that of another, nor of another rate', async () => {
    const { take } = bucket()
    await times(6, () => take('a', rate))
    expect((await take('b', rate)).allowed).toBe(true)
    expect((await take('a', { perSecond: 20, burst: 5 })).allowed).toBe(true)
  })
})

describe('instances whose clocks differ', () => {
  const apart = (...offsets: number[]) => {
    const { table } = tableInMemory()
    const world = { ms: 1_700_000_000_000 }
    const instances = offsets.map((ms) => instanceOf(table, { now: () => world.ms + ms }))
    return { world, instances }
  }
  test('serve alike, however far behind one of them is: the one behind is not refused', async () => {
    const { instances } = apart(0, -3_600_000)
    const taken = []
    for (let i = 0; i < 5; i++) taken.push(await instances[i % 2]?.('app', rate))
    expect(taken.map((one) => one?.allowed)).toEqual([true, true, true, true, true])
    for (const take of instances) expect((await take('app', rate)).allowed).toBe(false)
  })
  test('let through no more than the rate in the long run, and one burst', async () => {
    const { world, instances } = apart(0, 2_000, -2_000, -60_000)
    const allowed = [0, 0, 0, 0]
    for (let at = 0; at < 20_000; at += 5) {
      world.ms += 5
      const i = (at / 5) % 4
      if ((await instances[i]?.('app', rate))?.allowed) allowed[i] = (allowed[i] ?? 0) + 1
    }
    const total = allowed.reduce((sum, one) => sum + one, 0)
    expect(total).toBeGreaterThanOrEqual(200)
    // A clock that is ahead may find the bucket full once more when it is first seen.
    expect(total).toBeLessThanOrEqual(200 + 3 * rate.burst)
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
