import { expect, test } from 'vitest'
import { chatParent } from '../../functions/protocol/model/parent.ts'
import { readRequest, requestItemKey } from '../../functions/protocol/table/request.ts'
import { putRequest } from '../../functions/protocol/table/request-writes.ts'
import { giveUpIfOld } from '../../functions/sweep/give-up.ts'
import { finish } from '../simulation/finish.ts'
import { portsOf } from '../simulation/ports.ts'
import { systemOf } from '../simulation/system.ts'
import { messageValue } from '../support/values.ts'

const minute = 60_000
const rid = 'A'.repeat(22)

/** A request of the time 0 that has no number, looked at after so many minutes. */
async function lookedAtAfter(minutes: number) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { table } = portsOf(system, { name: 'test', alive: true })
  const createdAt = new Date(0).toISOString()
  const what = { parent: chatParent('a'.repeat(32), 1), act: 'create' as const, hash: '' }
  const values = [messageValue('one')]
  system.table.put(putRequest({ ...what, rid, values, createdAt, token: undefined, now: 0 }))
  const read = () => readRequest(system.table.get(requestItemKey(rid)) ?? {})
  const ports = { table, clock: { now: () => minutes * minute }, keptMs: 24 * 60 * minute }
  const gone = await finish(system, giveUpIfOld(ports, read(), minute))
  return { gone, due: read().due, expiry: read().expiry }
}

test('a call may still come that was signed some seconds after its request was put, 15 minutes ago', async () => {
  expect(await lookedAtAfter(16)).toEqual({ gone: false, due: 17 * minute, expiry: undefined })
})

test('a request is given up when no call for it can come any more', async () => {
  expect(await lookedAtAfter(20)).toEqual({
    gone: true,
    due: undefined,
    expiry: (20 + 24 * 60) * minute,
  })
})
