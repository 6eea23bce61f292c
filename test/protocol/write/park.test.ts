import { expect, test } from 'vitest'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readRequest, requestItemKey } from '../../../functions/protocol/table/request.ts'
import { putRequest } from '../../../functions/protocol/table/request-writes.ts'
import { park, unpark } from '../../../functions/protocol/write/park.ts'
import { settle } from '../../../functions/protocol/write/settle.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { messageValue } from '../../support/values.ts'

const parent = chatParent('a'.repeat(32), 1)
const values = [messageValue('one')]
const reservation = {
  rid: 'A'.repeat(22),
  rev: 1,
  parent,
  number: 1,
  act: 'create' as const,
  values,
}

/** One message that was accepted, in a table in memory. */
function accepted() {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  const { rid, act } = reservation
  system.table.put(putHead(parent))
  system.table.put(
    putRequest({ rid, parent, act, values, createdAt: '', hash: '', token: undefined, now: 0 }),
  )
  const request = () => readRequest(system.table.get(requestItemKey(rid)) ?? {})
  return { ports, request, run: <T>(promise: Promise<T>) => finish(system, promise) }
}

test('what is parked keeps its body and is not due; sent again by a person it is due, and parked no more', async () => {
  const { ports, request, run } = accepted()
  await run(park(ports.table, reservation, 'collision'))
  expect(request()).toMatchObject({ parked: 'collision', waiting: true })
  expect(request().due).toBeUndefined()
  expect(request().values).toBeDefined()
  expect(await run(unpark(ports.table, reservation.rid, 7))).toBe(true)
  expect(request()).toMatchObject({ waiting: true, due: 7 })
  expect(request().parked).toBeUndefined()
})

test('what is stored is never parked: a batch that comes late changes nothing', async () => {
  const { ports, request, run } = accepted()
  await run(settle(ports, [reservation]))
  await run(park(ports.table, reservation, 'collision'))
  expect(request()).toMatchObject({ stored: true, waiting: false })
  expect(request().parked).toBeUndefined()
  expect(await run(unpark(ports.table, reservation.rid, 7))).toBe(false)
})
