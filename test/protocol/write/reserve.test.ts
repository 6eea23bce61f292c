import { expect, test } from 'vitest'
import { invalidFields } from '../../../functions/problems/problem.ts'
import { applicationParent, chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { headCaps, headKey } from '../../../functions/protocol/table/head.ts'
import { closeHead, putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { reserveEdit } from '../../../functions/protocol/write/reserve-edit.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { messageValue } from '../../support/values.ts'

const app = 'a'.repeat(32)
const chat = chatParent(app, 1)
const value = messageValue('x')
const create = (key?: string) => ({
  parent: chat,
  key,
  input: () => ({ hash: 'h', build: () => [value] }),
})

/**
 * A chat whose HEAD has so many entries; none can be moved out, as when the table throttles all
 * transactions.
 */
function chatWith(entries: number) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(applicationParent(app)))
  const rids = Array.from({ length: entries }, (_, i) => `rid-${i}`)
  const r = Object.fromEntries(rids.map((rid, i) => [rid, i + 1]))
  const counted = { seq: entries, rev: entries, pruned: 0, c: {}, e: {} }
  system.table.put({ Item: { ...headKey(chat), v: 1, ...counted, r, rn: r } })
  const stuck: Table = { ...ports.table, transact: () => Promise.reject(new Error('throttled')) }
  return { system, ports: { ...ports, table: stuck } }
}

test('a HEAD at its hard cap takes no create and no edit: 503, come back', async () => {
  const full = { status: 503, headers: { 'Retry-After': '2' } }
  const { system, ports } = chatWith(headCaps.hard)
  await expect(finish(system, reserve(ports, create()))).rejects.toMatchObject(full)
  const known = {
    row: { number: 1, rid: 'rid-0', rev: 1, count: 0, value },
    status: 'stored' as const,
  }
  const open = async () => {
    const { head } = await readHeads(ports.table, chat)
    if (!head) throw new Error('no HEAD')
    return { parent: chat, number: 1, head, known }
  }
  const edit = reserveEdit<'chat'>(ports, 'edit', open, () => ({ ...value, body: 'y' }))
  await expect(finish(system, edit)).rejects.toMatchObject(full)
})

test('one entry below it there is room, and the repeat of what got the last one is still answered', async () => {
  const { system, ports } = chatWith(headCaps.hard - 1)
  const first = await finish(system, reserve(ports, create('key')))
  expect(first).toMatchObject({ replayed: false, reservation: { number: headCaps.hard } })
  expect(await finish(system, reserve(ports, create('key')))).toMatchObject({
    replayed: true,
    reservation: { number: headCaps.hard, rid: first.reservation.rid },
  })
})

test('a chat that is deleted between the look and the reservation is 404 at once, not busy', async () => {
  const { system, ports } = chatWith(1)
  let deleted = false
  const table: Table = {
    ...ports.table,
    update: async (input) => {
      if (!deleted) await ports.table.update(closeHead(chat))
      deleted = true
      return ports.table.update(input)
    },
  }
  await expect(finish(system, reserve({ ...ports, table }, create()))).rejects.toMatchObject({
    status: 404,
  })
})

test('below a deleted chat a new key is 404 whatever its input, and a known one still gets its answer', async () => {
  const { system, ports } = chatWith(0)
  const first = await finish(system, reserve(ports, create('known')))
  system.table.update(closeHead(chat))
  const invalid = {
    ...create('new'),
    input: () => {
      throw invalidFields([{ pointer: '/body', detail: 'must not be blank' }])
    },
  }
  await expect(finish(system, reserve(ports, invalid))).rejects.toMatchObject({ status: 404 })
  expect(await finish(system, reserve(ports, create('known')))).toMatchObject({
    replayed: true,
    reservation: { rid: first.reservation.rid },
  })
})
