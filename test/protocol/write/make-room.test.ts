import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ids } from '../../../functions/clients/clock.ts'
import { applicationParent, chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { headCaps, headKey, readHead } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { memoryTable } from '../../simulation/stores/table.ts'
import { worldOf } from '../../simulation/world/world.ts'
import { inParallel } from '../../support/parallel.ts'
import { messageValue } from '../../support/values.ts'

const app = 'a'.repeat(32)
const chat = chatParent(app, 1)
const value = messageValue('x')

/**
 * A table in memory whose calls take turns, so that callers at the same time see each other's
 * images.
 */
function slowTable(): Table {
  const memory = memoryTable(worldOf(1, 0))
  const late =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    async (...args: A): Promise<R> => {
      await turn()
      const result = call(...args)
      await turn()
      return result
    }
  return {
    get: late(memory.get),
    put: late(memory.put),
    update: late(memory.update),
    delete: late(memory.delete),
    query: late(memory.query),
    transact: late(memory.transact),
    batchGet: late((keys) => keys.map((key) => memory.get(key))),
  }
}

test.each([1, 4, 8, 20])(
  'while nothing is stored, %i clients at once fill no HEAD: all are given numbers',
  async (clients) => {
    const table = slowTable()
    await table.put(putHead(applicationParent(app)))
    await table.put(putHead(chat))
    let greatest = 0
    const numbers = await inParallel(clients, 600, async () => {
      const { reservation } = await reserve(
        { table, clock: { now: () => 0 }, ids, caps: headCaps },
        { parent: chat, key: undefined, input: () => ({ hash: '', build: () => [value] }) },
      )
      const head = readHead((await table.get(headKey(chat))) ?? {})
      greatest = Math.max(greatest, head.entries.length)
      return reservation.number
    })
    expect(new Set(numbers).size).toBe(600)
    expect(greatest).toBeLessThan(headCaps.hard / 2)
  },
)
