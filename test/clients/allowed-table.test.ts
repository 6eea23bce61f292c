import { expect, test, vi } from 'vitest'
import { allowedTable } from '../../functions/clients/allowed-table.ts'
import { portsOf } from '../simulation/ports.ts'
import { systemOf } from '../simulation/system.ts'

test('a batch of reads asks for the attributes that it was given, and for no body beside them', async () => {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { table } = portsOf(system, { name: 'test', alive: true })
  const batchGet = vi.fn(async () => [])
  const keys = [{ pk: 'a', sk: 'req' }]
  await allowedTable({ ...table, batchGet }, Promise.resolve()).batchGet(keys, ['pk'])
  expect(batchGet).toHaveBeenCalledExactlyOnceWith(keys, ['pk'])
})
