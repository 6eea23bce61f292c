import { expect, test } from 'vitest'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import { headKey, readHead } from '../../../functions/protocol/table/head.ts'
import { putHead, reserveNumber } from '../../../functions/protocol/table/head-writes.ts'
import { prune } from '../../../functions/protocol/write/prune.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'

const parent = chatParent('a'.repeat(32), 1)

/** A HEAD that has given out number 1 with rev 1 to `first` and number 2 with rev 2 to `second`. */
function counted() {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { table } = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(parent))
  for (const rid of ['first', 'second'])
    system.table.update(reserveNumber(parent, rid, Number.MAX_SAFE_INTEGER, 1))
  return {
    table,
    run: <T>(promise: Promise<T>) => finish(system, promise),
    head: () => readHead(system.table.get(headKey(parent)) ?? {}),
    lateRepeat: (rid: string, seen: number) =>
      system.table.update(reserveNumber(parent, rid, seen, 1)),
  }
}
const entry = (rid: string, rev: number) => ({ rid, rev, number: rev, count: 1 })

test('the fence rises to the greatest rev that is pruned', async () => {
  const { table, run, head } = counted()
  await run(prune(table, parent, [entry('first', 1), entry('second', 2)]))
  expect(head()).toMatchObject({ entries: [], pruned: 2 })
})

test('the fence never falls', async () => {
  const { table, run, head } = counted()
  await run(prune(table, parent, [entry('second', 2)]))
  await run(prune(table, parent, [entry('first', 1)]))
  expect(head()).toMatchObject({ entries: [], pruned: 2 })
})

test('beside one from before the counters were lost, an entry that is pruned is fenced all the same', async () => {
  const { table, run, head, lateRepeat } = counted()
  await run(prune(table, parent, [entry('lost', 90), entry('first', 1)]))
  expect(head()).toMatchObject({ pruned: 1, entries: [expect.objectContaining({ rid: 'second' })] })
  expect(lateRepeat('first', 0).done, 'a second number for `first`').toBe(false)
})

test('entries of lost counters alone leave the fence where it is, and where there is no HEAD none is made', async () => {
  const { table, run, head } = counted()
  await run(prune(table, parent, [entry('lost', 90)]))
  expect(head()).toMatchObject({ pruned: 0, rev: 2 })
  const nobody = chatParent('b'.repeat(32), 1)
  await run(prune(table, nobody, [entry('first', 1)]))
  expect(await run(table.get(headKey(nobody)))).toBeUndefined()
})
