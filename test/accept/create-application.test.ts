import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createApplication } from '../../functions/accept/create-application.ts'
import { type Call, readCall } from '../../functions/api/call.ts'
import { deepQueue } from '../../functions/limits/limits.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { headCaps } from '../../functions/protocol/table/head.ts'
import { idempotencyRequestKey, requestKey } from '../../functions/protocol/table/request.ts'
import { eventOf } from '../support/event.ts'

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
  deepQueue,
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

/** The record that a create with this header looks for. */
async function scopeOf(authorization: string | undefined, operatorKeySet: boolean) {
  const asked: string[] = []
  const table = {
    ...ports.table,
    batchGet: async () => [{ pk: 'root', sk: 'head' }],
    get: async (key: { pk: string }) => {
      asked.push(key.pk)
      return reached()
    },
  }
  const event = eventOf({
    method: 'POST',
    headers: {
      'Idempotency-Key': 'x'.repeat(30),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    body: '{"name":"x"}',
  })
  const read = readCall('create-application', event)
  await createApplication({ ...ports, table }, read, operatorKeySet).catch(() => undefined)
  expect(asked).toHaveLength(1)
  return asked[0]
}

describe('the scope of an Idempotency-Key', () => {
  test.each(['bearer k', 'BEARER  k', 'Bearer\tk', ' Bearer k ', 'Bearer k, bearer k'])(
    "is the operator's key, however it is spelled: %j",
    async (spelling) => {
      expect(await scopeOf(spelling, true)).toBe(await scopeOf('Bearer k', true))
    },
  )
  test("is another one for another operator's key", async () => {
    expect(await scopeOf('Bearer K', true)).not.toBe(await scopeOf('Bearer k', true))
  })
  test('is one for all where no key is set, whatever header is sent', async () => {
    for (const header of ['Bearer k', 'Basic x', ''])
      expect(await scopeOf(header, false)).toBe(await scopeOf(undefined, false))
  })
  test('is what version 0.1 made of the usual spelling, whose records are still there', async () => {
    const operator = createHash('sha256').update('Bearer k').digest('base64url')
    const key = idempotencyRequestKey('create-application', operator, 'x'.repeat(30))
    expect(await scopeOf('bearer k', true)).toBe(requestKey(key).pk)
  })
})

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
