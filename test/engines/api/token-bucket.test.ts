import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { tokenBuckets } from '../../../functions/api/token-bucket.ts'
import { tableOf } from '../../../functions/clients/dynamodb.ts'

const client = new DynamoDBClient({})
afterAll(() => client.destroy())

const table = tableOf(client, process.env.TABLE_NAME ?? '')
const rate = { perSecond: 2, burst: 10 }
let app = ''
beforeEach(() => {
  app = crypto.randomUUID()
})

describe('a bucket in the real table', () => {
  test('lets through its burst, no more, whoever asks at once', async () => {
    const clock = { now: () => 1_800_000_000_000 }
    const instances = Array.from({ length: 5 }, () => tokenBuckets(table, clock))
    const asked = Array.from({ length: 40 }, (_, i) => instances[i % 5]?.(app, rate))
    const taken = await Promise.all(asked)
    expect(taken.filter((one) => one?.allowed)).toHaveLength(10)
  })
  test('fills again with time, and expires when it is not used', async () => {
    const clock = { ms: 1_800_000_000_000, now: () => clock.ms }
    const take = tokenBuckets(table, clock)
    for (let i = 0; i < 10; i++) expect((await take(app, rate)).allowed).toBe(true)
    expect(await take(app, rate)).toMatchObject({
      allowed: false,
      remaining: 0,
      fullIn: 5,
      retryAfter: 1,
    })
    clock.ms += 1000
    expect(await take(app, rate)).toMatchObject({ allowed: true, remaining: 1 })
    const item = await table.get({ pk: `rate#${app}`, sk: '2/10' })
    expect(item?.expiry).toBe(Math.ceil(clock.ms / 1000) + 5 + 3600)
  })
})
