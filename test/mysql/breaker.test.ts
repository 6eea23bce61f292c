import { describe, expect, test } from 'vitest'
import { isAway } from '../../functions/api/away-errors.ts'
import { breakerOf } from '../../functions/mysql/breaker.ts'

const gone = () => Object.assign(new Error('connect'), { code: 'ETIMEDOUT' })
const refusal = (code: string) => Object.assign(new Error('no'), { code, sqlState: 'HY000' })
const open = { code: 'MYSQL_CIRCUIT_OPEN' }

/** A breaker at a clock that is set, before a server that does what `reply` says. */
function guarded() {
  const at = { ms: 0, reply: (): Promise<string> => Promise.reject(gone()) }
  let asked = 0
  const breaker = breakerOf({ now: () => at.ms }, () => 0.5)
  const ask = () =>
    breaker(() => {
      asked += 1
      return at.reply()
    })
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) await expect(ask()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  }
  return { at, ask, fail, asked: () => asked }
}

describe('a breaker', () => {
  test('opens at the second failure in a row, and then fails at once, as 503', async () => {
    const { ask, fail, asked } = guarded()
    await fail(2)
    const error = await ask().catch((reason: unknown) => reason)
    expect(error).toMatchObject(open)
    expect(isAway(error)).toBe(true)
    expect(asked()).toBe(2)
  })
  test('lets one try after a second, then after 2, 4, 8, 16 and 16 more', async () => {
    const { at, ask, fail, asked } = guarded()
    await fail(2)
    for (const seconds of [1, 2, 4, 8, 16, 16]) {
      at.ms += seconds * 1_000 - 1
      await expect(ask()).rejects.toMatchObject(open)
      at.ms += 1
      await fail(1)
    }
    expect(asked()).toBe(8)
  })
  test('lets one try at a time', async () => {
    const { at, ask, fail, asked } = guarded()
    await fail(2)
    at.ms += 1_000
    const trying = Promise.withResolvers<string>()
    at.reply = () => trying.promise
    const probe = ask()
    await expect(ask()).rejects.toMatchObject(open)
    trying.resolve('back')
    expect(await probe).toBe('back')
    expect(await Promise.all([ask(), ask()])).toEqual(['back', 'back'])
    expect(asked()).toBe(5)
  })
  test('begins anew after a success', async () => {
    const { at, ask, fail } = guarded()
    await fail(2)
    at.ms += 1_000
    at.reply = async () => 'back'
    await ask()
    at.reply = () => Promise.reject(gone())
    await fail(1)
    at.reply = async () => 'back'
    await ask()
    at.reply = () => Promise.reject(gone())
    await fail(1)
    at.reply = async () => 'back'
    expect(await ask()).toBe('back')
  })
  test.each(['ER_QUERY_TIMEOUT', 'ER_LOCK_DEADLOCK', 'ER_PARSE_ERROR'])(
    'takes %s for a sign of life',
    async (code) => {
      const { at, ask, fail } = guarded()
      await fail(1)
      at.reply = () => Promise.reject(refusal(code))
      for (let i = 0; i < 5; i++) await expect(ask()).rejects.toMatchObject({ code })
      at.reply = () => Promise.reject(gone())
      await fail(1)
      at.reply = async () => 'there'
      expect(await ask()).toBe('there')
    },
  )
  test('learns nothing from an error that is not about MySQL, and the next one tries', async () => {
    const { at, ask, fail } = guarded()
    await fail(2)
    at.ms += 1_000
    at.reply = () => Promise.reject(new TypeError('ours'))
    await expect(ask()).rejects.toThrow('ours')
    at.reply = async () => 'back'
    expect(await ask()).toBe('back')
  })
})
