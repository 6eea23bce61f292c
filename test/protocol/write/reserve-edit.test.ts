import { expect, test } from 'vitest'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import { emptyHead } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { reserveEdit } from '../../../functions/protocol/write/reserve-edit.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { messageValue } from '../../support/values.ts'

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
