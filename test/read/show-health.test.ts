import { describe, expect, test, vi } from 'vitest'
import { root } from '../../functions/protocol/model/parent.ts'
import type { Item } from '../../functions/protocol/ports/table.ts'
import { headKey } from '../../functions/protocol/table/head.ts'
import { type HealthPorts, showHealth } from '../../functions/read/show-health.ts'
import { tableWithoutWaiting } from '../support/stored-rows.ts'

const tableWith = (head: Item | undefined) => ({
  ...tableWithoutWaiting,
  batchGet: async () => [head],
})
const set = tableWith({ ...headKey(root), seq: 3, rev: 4, pruned: 0, r: {}, rn: {}, e: {} })
const up = async () => 'anything'
const down = async () => {
  throw new Error('connect 10.0.0.7')
}
const ask = (probes: HealthPorts['probes'], deep?: '1', table = set) =>
  showHealth({ table, probes }, { query: deep ? { deep } : {} })

describe('show-health', () => {
  test('is 200 while the counters answer, and asks nothing else', async () => {
    const probe = vi.fn(up)
    expect(await ask({ mysql: probe })).toEqual({ status: 200, body: { status: 'ok' } })
    expect(probe).not.toHaveBeenCalled()
  })
  test('is 503 with Retry-After while the counters were never set up', async () => {
    const refusal = { status: 503, headers: { 'Retry-After': '10' } }
    await expect(ask({}, undefined, tableWith(undefined))).rejects.toMatchObject(refusal)
  })
  test('rises with what the counters say while they are away', async () => {
    const table = { ...tableWithoutWaiting, batchGet: () => Promise.reject(new Error('away')) }
    await expect(ask({}, '1', table)).rejects.toThrow('away')
  })
  test('says the state of each dependency, and not why', async () => {
    expect(await ask({ sqs: up, mysql: up, opensearch: undefined }, '1')).toEqual({
      status: 200,
      body: {
        status: 'ok',
        dependencies: { dynamodb: 'up', sqs: 'up', mysql: 'up', opensearch: 'absent' },
      },
    })
    expect(await ask({ sqs: up, mysql: down }, '1')).toEqual({
      status: 200,
      body: { status: 'degraded', dependencies: { dynamodb: 'up', sqs: 'up', mysql: 'down' } },
    })
  })
  test('takes a dependency that does not answer for one that is down', async () => {
    vi.useFakeTimers()
    const answer = ask({ opensearch: () => new Promise(() => undefined) }, '1')
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    expect(await answer).toMatchObject({
      body: { status: 'degraded', dependencies: { opensearch: 'down' } },
    })
  })
})
