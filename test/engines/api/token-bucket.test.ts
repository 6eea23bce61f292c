import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { tokenBuckets } from '../../../functions/api/token-bucket.ts'
import { tableOf } from '../../../functions/clients/dynamodb.ts'
import type { Clock } from '../../../functions/protocol/ports/clock.ts'

const client = new DynamoDBClient({})
afterAll(() => client.destroy())

const table = tableOf(client, process.env.TABLE_NAME ?? '')
const rate = { perSecond: 2, burst: 10 }
const instanceOf = (clock: Clock) => {
  const { take } = tokenBuckets(table, clock)
  return (cost = 1) => take(app, rate, cost)
}
let app = ''
beforeEach(() => {
  app = crypto.randomUUID()
})

describe('a bucket in the real table', () => {
  test('lets through its burst, no more, whoever asks at once', async () => {
    const clock = { now: () => 1_800_000_000_000 }
    const instances = Array.from({ length: 5 }, () => instanceOf(clock))
    const asked = Array.from({ length: 40 }, (_, i) => instances[i % 5]?.())
    const taken = await Promise.all(asked)
    expect(taken.filter((one) => one?.allowed)).toHaveLength(10)
  })
  test('takes what a request costs, and all of it for one that costs more', async () => {
    const clock = { ms: 1_800_000_000_000, now: () => clock.ms }
    const take = instanceOf(clock)
    expect(await take(7)).toMatchObject({ allowed: true, remaining: 3 })
    expect(await take(7)).toMatchObject({ allowed: false, remaining: 3, retryAfter: 2 })
    clock.ms += 10_000
    expect(await take(100)).toMatchObject({ allowed: true, remaining: 0 })
  })
  test('serves an instance whose clock is behind by more than it takes to fill', async () => {
    const now = 1_800_000_000_000
    const [ahead, behind] = [0, -60_000].map((ms) => instanceOf({ now: () => now + ms }))
    expect((await ahead?.())?.allowed).toBe(true)
    expect(await behind?.()).toMatchObject({ allowed: true, remaining: 8 })
  })
  test('fills again with time, and expires when it is not used', async () => {
    const clock = { ms: 1_800_000_000_000, now: () => clock.ms }
    const take = instanceOf(clock)
    for (let i = 0; i < 10; i++) expect((await take()).allowed).toBe(true)
    expect(await take()).toMatchObject({
      allowed: false,
      remaining: 0,
      fullIn: 5,
      retryAfter: 1,
    })
    clock.ms += 1000
    expect(await take()).toMatchObject({ allowed: true, remaining: 1 })
    const item = await table.get({ pk: `rate#${app}`, sk: '2/10' })
    expect(item?.expiry).toBe(Math.ceil(clock.ms / 1000) + 5 + 3600)
  })
})
