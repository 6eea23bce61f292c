import { expect, test } from 'vitest'
import { type Breaker, breakerOf } from '../../functions/mysql/breaker.ts'
import { type World, worldOf } from '../simulation/world/world.ts'

/** Lambda's usual quota of an account. */
const quota = 1_000
const readsPerSecond = 600
const createsPerSecond = 100
/** What a request takes without MySQL, and how long the client waits for a connection. */
const requestMs = 20
const silenceMs = 2_000

interface Load {
  /** Instances that were busy at once, at most. */
  most: number
  /** The share of the creates that found no room in the account. */
  throttled: number
}

const pauseIn = (world: World, ms: number) =>
  new Promise<void>((resolve) => {
    world.after(ms, resolve)
  })

/**
 * An account in which reads and creates come at a steady rate, `seconds` long from the moment at
 * which MySQL drops all packets. A read takes any instance that is free, or a new one. Returns the
 * load after the first `fromSecond` seconds.
 */
async function load(
  made: (world: World) => Breaker,
  seconds: number,
  fromSecond: number,
): Promise<Load> {
  const world = worldOf(1, 0)
  const free: Breaker[] = []
  let [busy, most, creates, throttled] = [0, 0, 0, 0]
  const counts = () => world.now >= fromSecond * 1_000
  const take = async (work: () => Promise<unknown>) => {
    busy += 1
    if (counts()) most = Math.max(most, busy)
    await work()
    busy -= 1
  }
  const silent = () =>
    pauseIn(world, silenceMs).then(() => {
      throw Object.assign(new Error('connect'), { code: 'ETIMEDOUT' })
    })
  const read = async () => {
    if (busy >= quota) return
    const at = Math.floor(world.random() * free.length)
    const instance = free.splice(at, 1)[0] ?? made(world)
    await take(async () => {
      await pauseIn(world, requestMs)
      await instance(silent).catch(() => undefined)
    })
    free.push(instance)
  }
  const create = async () => {
    if (counts()) creates += 1
    if (busy < quota) await take(() => pauseIn(world, requestMs))
    else if (counts()) throttled += 1
  }
  for (let ms = 0; ms < seconds * 1_000; ms += 1_000 / readsPerSecond)
    world.after(ms, () => void read())
  for (let ms = 0; ms < seconds * 1_000; ms += 1_000 / createsPerSecond)
    world.after(ms, () => void create())
  await world.run(seconds * 1_000)
  return { most, throttled: throttled / creates }
}

const without = (): Breaker => (call) => call()
const withBreaker = (world: World) => breakerOf({ now: () => world.now }, world.random)

test('without a breaker, reads of a MySQL that is silent take the whole account', async () => {
  const { most, throttled } = await load(without, 30, 5)
  expect(most).toBe(quota)
  expect(throttled).toBeGreaterThan(0.15)
})

test('with it creates find room after 5 s, and soon most instances are free', async () => {
  expect((await load(withBreaker, 30, 5)).throttled).toBe(0)
  expect((await load(withBreaker, 30, 20)).most).toBeLessThan(quota / 2)
})
