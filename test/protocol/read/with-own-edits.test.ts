import { expect, test } from 'vitest'
import { timesAt } from '../../../functions/kinds/times.ts'
import { root } from '../../../functions/protocol/model/parent.ts'
import { changesOf } from '../../../functions/protocol/model/reservation.ts'
import { findApplication } from '../../../functions/protocol/read/edit-target.ts'
import { readList } from '../../../functions/protocol/read/read-list.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { payOwed } from '../../../functions/protocol/write/owed-heads.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { reserveEdit } from '../../../functions/protocol/write/reserve-edit.ts'
import { settle } from '../../../functions/protocol/write/settle.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { at } from '../../support/values.ts'

/**
 * Lists three applications that are on their way, of one of which an edit is stored, while MySQL is
 * away.
 */
async function listed(edited: number, order: 'asc' | 'desc') {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  const run = <T>(promise: Promise<T>) => finish(system, promise)
  system.table.put(putHead(root))
  const tokens: string[] = []
  for (const name of ['1', '2', '3']) {
    const build = (_: string, token: string) => [{ token, name, ...timesAt(at) }]
    const asked = { parent: root, key: undefined, input: () => ({ hash: '', build }) }
    const { reservation } = await run(reserve(ports, asked))
    await run(payOwed(ports.table, reservation))
    tokens.push(reservation.values[0]?.token ?? '')
  }
  const find = () => findApplication(ports, { token: tokens[edited - 1] ?? '' }, 'write')
  const edit = await run(
    reserveEdit<'root'>(ports, 'edit', find, ({ row }) => ({ ...row.value, name: 'edited' })),
  )
  if ('unchanged' in edit) throw new Error('it was not edited')
  await run(ports.store.store(changesOf(edit.reservation)))
  await run(settle(ports, [edit.reservation]))
  const { head } = await run(readHeads(ports.table, root))
  if (!head) throw new Error('no HEAD')
  const away = () => Promise.reject(new Error('MySQL is away'))
  const rows = { ...ports.rows, show: away, list: away }
  return run(readList<'root'>({ ...ports, rows }, root, { order, limit: 10 }, head))
}

test('without MySQL a list of applications ends before one whose own edit is stored', async () => {
  const ascending = await listed(3, 'asc')
  expect(ascending.items.map(({ row }) => row.value.name)).toEqual(['1', '2'])
  expect(ascending).toMatchObject({ more: true, end: 2 })
  const descending = await listed(1, 'desc')
  expect(descending.items.map(({ row }) => row.value.name)).toEqual(['3', '2'])
  expect(descending).toMatchObject({ more: true, end: 2 })
})

test('and is not there where that is the first', async () => {
  await expect(listed(1, 'asc')).rejects.toThrow('MySQL is away')
})
