import { expect, test } from 'vitest'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { timesAt } from '../../../functions/kinds/times.ts'
import { applicationParent, chatParent, root } from '../../../functions/protocol/model/parent.ts'
import type { Table, Update } from '../../../functions/protocol/ports/table.ts'
import { emptyHead } from '../../../functions/protocol/table/head.ts'
import { putHead, reserveNumber } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { putRequest, storeRequest } from '../../../functions/protocol/table/request-writes.ts'
import { reserveEdit } from '../../../functions/protocol/write/reserve-edit.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { at, messageValue } from '../../support/values.ts'

const app = '0'.repeat(32)
const parent = chatParent(app, 1)
const value = messageValue('stored')

/** A message stored at rev 50 under a HEAD that has counted to `rev`. */
function chatAt(rev: number) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(parent, { seq: 1, rev }))
  const row = { number: 1, rid: 'r', rev: 50, count: 0, value }
  const open = async () => {
    const { head } = await readHeads(ports.table, parent)
    if (!head) throw new Error('no HEAD')
    return { parent, number: 1, head, known: { row, status: 'stored' as const } }
  }
  return finish(
    system,
    reserveEdit<'chat'>(ports, 'edit', open, (known) => ({ ...known.row.value, body: 'edited' })),
  )
}

test('an edit gets a rev above that of what it builds on', async () => {
  expect(await chatAt(50)).toMatchObject({
    reservation: { rev: 51, number: 1 },
    row: { value: { body: 'edited' } },
  })
})

test('a counter that is behind the row refuses it: stored, the edit would be older than what it changes (P9)', async () => {
  await expect(chatAt(10)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '60' } })
})

/**
 * An application of version 0.1 is edited, whose HEAD is one behind its row. A create raises the
 * rev just before the edit does. Then the edit's call, which was refused, comes once more, and
 * passes.
 */
async function raisedFirst() {
  const application = { token: 't', name: 'a', ...timesAt(at) }
  const counter = applicationParent(app)
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(counter, { rev: 4 }))
  let first: Update | undefined
  let late = false
  const update: Table['update'] = async (input) => {
    if (input.UpdateExpression.includes('#bucket')) first ??= input
    if (!first || !input.UpdateExpression.includes(':counted')) return ports.table.update(input)
    await ports.table.update(reserveNumber(counter, 'create', 4, 1))
    const raised = await ports.table.update(input)
    late = (await ports.table.update(first)).done
    return raised
  }
  const row = { number: 1, rid: 'r', rev: 5, count: 0, value: application }
  let found = 0
  const open = async () => {
    found += 1
    if (found > 1) throw new Error('If-Match: the rev is another')
    const { head } = await readHeads(ports.table, counter)
    if (!head) throw new Error('no HEAD')
    const known = { row, status: 'stored' as const }
    return { parent: root, number: 1, counter, mayRaise: true, head, known }
  }
  const edit = reserveEdit<'root'>(
    { ...ports, table: { ...ports.table, update } },
    'edit',
    open,
    (known) => ({ ...known.row.value, name: 'edited' }),
  )
  const [outcome] = await finish(system, Promise.allSettled([edit]))
  const request = [...system.table.items.values()].find(({ sk }) => sk === 'req')
  return { late, outcome, request }
}

test('an edit whose call may still pass is not tried anew, and is left to the sweep', async () => {
  const { late, outcome, request } = await raisedFirst()
  expect(late).toBe(true)
  expect(outcome).toMatchObject({ status: 'rejected', reason: { status: 503 } })
  expect(request?.due).toBeTypeOf('number')
  expect(request?.expiry).toBeUndefined()
})

/** A message that `edits` clients edit at the same time, and the writes of their REQs. */
async function editedBy(edits: number) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(parent, { seq: 1, rev: 50 }))
  let puts = 0
  let values: MessageValue = value
  let rev = 50
  const table: Table = {
    ...ports.table,
    put: (input) => {
      puts += 1
      return ports.table.put(input)
    },
  }
  const open = async () => {
    const { head } = await readHeads(table, parent)
    if (!head) throw new Error('no HEAD')
    const row = { number: 1, rid: 'r', rev, count: 0, value: values }
    return { parent, number: 1, head, known: { row, status: 'accepted' as const } }
  }
  const edit = async () => {
    const edited = await reserveEdit<'chat'>({ ...ports, table }, 'edit', open, ({ row }) => ({
      ...row.value,
      body: `${row.value.body}!`,
    }))
    if ('unchanged' in edited) return
    rev = Math.max(rev, edited.reservation.rev)
    values = edited.row.value
  }
  const all = Promise.allSettled(Array.from({ length: edits }, edit))
  const done = (await finish(system, all)).filter(({ status }) => status === 'fulfilled').length
  const requests = [...system.table.items.values()].filter(({ sk }) => sk === 'req')
  return { done, puts, requests }
}

test('edits of one number at once: each has one REQ, and writes it a few times at most', async () => {
  const { done, puts, requests } = await editedBy(8)
  expect(done).toBe(8)
  expect(requests).toHaveLength(8)
  expect(puts).toBeLessThan(8 * 4)
})

test('an edit that is given up leaves nothing to the sweep', async () => {
  const { done, requests } = await editedBy(60)
  expect(done).toBeLessThan(60)
  const due = requests.filter((request) => request.due !== undefined)
  expect(due).toHaveLength(done)
  for (const { expiry } of requests.filter((one) => !due.includes(one)))
    expect(expiry).toBeTypeOf('number')
})

test('a put of an attempt that comes late replaces no later one, nor what is settled', () => {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const put = (attempt: number) => {
    const values = [messageValue(`attempt ${attempt}`)]
    const request = { rid: 'A'.repeat(22), parent, act: 'edit' as const, values, createdAt: '' }
    return system.table.put(putRequest({ ...request, hash: '', token: undefined, now: 0, attempt }))
      .done
  }
  expect([put(1), put(2), put(3)]).toEqual([true, true, true])
  expect([put(1), put(2), put(3)]).toEqual([false, false, false])
  system.table.update(
    storeRequest({ rid: 'A'.repeat(22), rev: 1, number: 1, count: 1 }, 86_400_000, false),
  )
  expect([put(1), put(2), put(3)]).toEqual([false, false, false])
})

test('a number of which too much waits is not edited, and can be deleted', async () => {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(parent, { seq: 1, rev: 50 }))
  const open = async () => {
    const { head } = await readHeads(ports.table, parent)
    if (!head) throw new Error('no HEAD')
    const row = { number: 1, rid: 'r', rev: 50, count: 0, value }
    return { parent, number: 1, head, known: { row, status: 'accepted' as const, waiting: 32 } }
  }
  const change = (act: 'edit' | 'delete') =>
    finish(
      system,
      reserveEdit<'chat'>(ports, act, open, ({ row }) => row.value),
    )
  await expect(change('edit')).rejects.toMatchObject({
    status: 503,
    headers: { 'Retry-After': '10' },
  })
  expect(await change('delete')).toMatchObject({ reservation: { number: 1, act: 'delete' } })
})

test('nothing to change is answered with what is there', async () => {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  const known = { row: { number: 1, rid: 'r', rev: 5, count: 0, value }, status: 'stored' as const }
  const { head } = await finish(system, readHeads(ports.table, parent))
  expect(head).toBeUndefined()
  const open = async () => ({ parent, number: 1, head: { ...emptyHead }, known })
  expect(
    await finish(
      system,
      reserveEdit<'chat'>(ports, 'delete', open, () => undefined),
    ),
  ).toMatchObject({
    unchanged: { number: 1 },
  })
  expect(system.table.items.size).toBe(0)
})
