import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cost, counting, functionsHere } from '../../tenants/functions.ts'
import {
  goodKinds,
  hostileKinds,
  hostileTenant,
  type Invoke,
  newTenant,
  type Tenant,
} from '../../tenants/hostile.ts'
import { type Instances, startInstances } from '../../tenants/instances.ts'

/**
 * Two tenants, one of them hostile, on the real engines. The functions are called directly, many at
 * once: the local endpoint runs few at a time, and would hold the hostile requests back by itself.
 * How long things take is measured by `npm run bench:tenants`; here are counts alone.
 */
let invoke: Invoke
let hostile: Tenant
let good: Tenant
beforeAll(async () => {
  // As on AWS each application has a bucket; not an empty one, for that would end all of this.
  Object.assign(process.env, { RATE_PER_SECOND: '10000', RATE_BURST: '100000' })
  invoke = await functionsHere()
  hostile = await hostileTenant(invoke)
  good = await newTenant(invoke)
  process.env.OPERATOR_KEY_SHA256 = 'none'
})
afterAll(() => {
  for (const name of ['RATE_PER_SECOND', 'RATE_BURST', 'OPERATOR_KEY_SHA256'])
    delete process.env[name]
})

const mebibyte = 1024 * 1024
/**
 * What a response takes of rows, and one more portion of them, once from each place that has them.
 */
const most: Record<string, Cost> = {
  'a list of a thousand large messages': { calls: 8, bytes: 12 * mebibyte },
  'a search for what nearly matches everywhere': { calls: 8, bytes: 20 * mebibyte },
  'a search for what matches everywhere': { calls: 8, bytes: 20 * mebibyte },
}
const otherwise: Cost = { calls: 10, bytes: 20_000 }
/** Twelve attempts of four calls, and what is around them. */
const callsOfAnEdit = 60
const isServed = (status: number) => status < 500 || status === 503

describe('a hostile request', () => {
  const { costOf } = counting()
  test.for(Object.keys(hostileKinds))('costs few calls, and bytes: %s', async (kind) => {
    const asked = hostileKinds[kind]?.(hostile)
    if (!asked) throw new Error('no such kind')
    const [{ status }, cost] = await costOf(() => invoke(asked))
    const { calls, bytes } = most[kind] ?? otherwise
    expect(isServed(status), `${status}`).toBe(true)
    expect(cost.calls).toBeLessThanOrEqual(calls)
    expect(cost.bytes).toBeLessThanOrEqual(bytes)
  })

  test('costs few calls also where 16 edit one thing at once', async () => {
    for (const kind of ['edits of one message at once', 'edits of the application at once']) {
      const ask = hostileKinds[kind]
      if (!ask) throw new Error('no such kind')
      const edits = () => Promise.all(Array.from({ length: 16 }, () => invoke(ask(hostile))))
      const [responses, { calls }] = await costOf(edits)
      expect(
        responses.every(({ status }) => isServed(status)),
        kind,
      ).toBe(true)
      expect(calls, kind).toBeLessThanOrEqual(16 * callsOfAnEdit)
    }
  })
})

describe('beside a hostile tenant with six instances', () => {
  let instances: Instances
  const kinds = Object.keys(hostileKinds)
  beforeAll(async () => {
    instances = await startInstances(6, { tenant: hostile, kinds })
  })
  afterAll(() => instances?.tell('stop'))

  test('the other tenant has every create and every read, with numbers without a hole', async () => {
    instances.tell('go')
    const numbers: unknown[] = []
    const served: Record<string, number[]> = {}
    for (let i = 0; i < 40; i++)
      for (const [kind, ask] of Object.entries(goodKinds)) {
        const { status, body } = await invoke(ask(good, i))
        served[kind] = [...new Set([...(served[kind] ?? []), status])]
        if (kind === 'create') numbers.push(Object(body).number)
      }
    instances.tell('stop')
    const done = await instances.ended
    expect(served).toEqual({ create: [201], show: [200], list: [200], search: [200] })
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect(Object.keys(done).toSorted()).toEqual(kinds.toSorted())
    const statuses = Object.values(done).flatMap((each) => Object.keys(each))
    expect(statuses.filter((status) => !isServed(Number(status)))).toEqual([])
  })
})
