import { expect, test } from 'vitest'
import { applicationParent, chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Reservation } from '../../../functions/protocol/model/reservation.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { payOwed } from '../../../functions/protocol/write/owed-heads.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { chatValue } from '../../support/values.ts'

const app = '0'.repeat(32)
const self = chatParent(app, 3)
const of = (act: 'create' | 'delete'): Reservation => ({
  rid: act,
  rev: 1,
  parent: applicationParent(app),
  number: 3,
  act,
  values: [chatValue()],
})

/**
 * The chat's HEAD after these payments, on a table whose first update lets `meanwhile` come in
 * between.
 */
function headAfter(acts: ('create' | 'delete')[], meanwhile?: (table: Table) => Promise<unknown>) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { table } = portsOf(system, { name: 'test', alive: true })
  let pending = meanwhile
  const raced: Table = {
    ...table,
    update: async (input) => {
      const written = await table.update(input)
      const first = pending
      pending = undefined
      await first?.(table)
      return written
    },
  }
  const pay = async () => {
    for (const act of acts) await payOwed(raced, of(act))
    return (await readHeads(table, self)).head
  }
  return finish(system, pay())
}

test('a create puts the HEAD of its own, and paying again does not reset it', async () => {
  expect(await headAfter(['create', 'create'])).toMatchObject({ seq: 0, deleted: false })
})

test('a delete closes the HEAD, and a create that pays late does not open it', async () => {
  expect(await headAfter(['create', 'delete', 'create'])).toMatchObject({ deleted: true })
})

test('a delete whose create has not paid yet puts a closed HEAD in its place', async () => {
  expect(await headAfter(['delete', 'create'])).toMatchObject({ deleted: true })
})

test('a create that pays while the delete looks is closed as well', async () => {
  const create = (table: Table) => table.put(putHead(self))
  expect(await headAfter(['delete'], create)).toMatchObject({ deleted: true })
})
