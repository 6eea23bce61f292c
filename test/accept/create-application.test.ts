import { describe, expect, test } from 'vitest'
import { createApplication } from '../../functions/accept/create-application.ts'
import type { Call } from '../../functions/api/call.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { headCaps } from '../../functions/protocol/table/head.ts'

/**
 * The first thing that a create touches after its key was looked at; none of these may reach
 * further.
 */
class Reached extends Error {}
const reached = () => {
  throw new Reached()
}
const ports = {
  table: new Proxy(Object.create(null), { get: reached }),
  queue: new Proxy(Object.create(null), { get: reached }),
  clock: { now: () => 0 },
  ids: { text: (length: number) => 'x'.repeat(length) },
  log: () => undefined,
  caps: headCaps,
}
const call = (key?: string): Call<'create-application'> => ({
  method: 'POST',
  path: { token: '', chat: 0, message: 0 },
  query: {},
  body: () => ({ name: 'x' }),
  headers: key === undefined ? {} : { 'idempotency-key': key },
  requestId: 'r',
})
const outcome = (key: string | undefined, operatorKeySet: boolean) =>
  createApplication(ports, call(key), operatorKeySet).catch((error: unknown) => error)

describe('an Idempotency-Key that could be guessed', () => {
  test.each(['1', 'my-key', 'x'.repeat(21), `"${'x'.repeat(21)}"`])(
    'is refused where anybody may create applications: %s',
    async (key) => {
      const error = await outcome(key, false)
      expect(error).toBeInstanceOf(Problem)
      expect(error).toMatchObject({ status: 400, errors: [{ parameter: 'Idempotency-Key' }] })
      expect(String(error)).toMatch(/at least 22 characters/)
    },
  )
  test.each([undefined, 'x'.repeat(22), crypto.randomUUID()])('is not this: %s', async (key) => {
    expect(await outcome(key, false)).toBeInstanceOf(Reached)
  })
  test('is let through where the key is scoped by that of the operator', async () => {
    expect(await outcome('1', true)).toBeInstanceOf(Reached)
  })
})
