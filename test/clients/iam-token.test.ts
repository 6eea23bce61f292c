import { expect, test } from 'vitest'
import { iamToken } from '../../functions/clients/iam-token.ts'

/** Tokens t1, t2 ... and a clock that is set. */
function tokens() {
  const at = { ms: 0 }
  let made = 0
  const token = iamToken(
    async () => `t${++made}`,
    () => at.ms,
  )
  return { token, at }
}

test('a token is reused for 10 minutes, by those that ask at once, too', async () => {
  const { token, at } = tokens()
  expect(await Promise.all([token.get(), token.get()])).toEqual(['t1', 't1'])
  at.ms = 599_999
  expect(await token.get()).toBe('t1')
  at.ms = 600_000
  expect(await token.get()).toBe('t2')
})

test('one that was refused is not used again', async () => {
  const { token } = tokens()
  await token.get()
  token.forget()
  expect(await token.get()).toBe('t2')
})

test('one that could not be made is tried again', async () => {
  let fails = true
  const token = iamToken(
    async () => {
      if (fails) throw new Error('no credentials')
      return 'made'
    },
    () => 0,
  )
  await expect(token.get()).rejects.toThrow('no credentials')
  fails = false
  expect(await token.get()).toBe('made')
})
