import { afterEach, beforeEach, expect, test } from 'vitest'
import { attributes } from '../../../functions/audit/table-state.ts'
import { lookAtCounters } from '../../../functions/migrate/look-at-counters.ts'
import { restoreCounters } from '../../../functions/migrate/restore-counters.ts'
import { parentsOf } from '../../../functions/mysql/stored-parents.ts'
import { chatParent, root } from '../../../functions/protocol/model/parent.ts'
import type { Item } from '../../../functions/protocol/ports/table.ts'
import { headKey, readHead } from '../../../functions/protocol/table/head.ts'
import { readRequest, requestItemKey } from '../../../functions/protocol/table/request.ts'
import { allWaiting } from '../../../functions/protocol/table/waiting-items.ts'
import { decode } from '../../../functions/protocol/write/envelope.ts'
import { unpark } from '../../../functions/protocol/write/park.ts'
import { type Database, migratedDatabase } from '../mysql.ts'
import { emptyTable, type TestTable } from '../table.ts'
import { type SmallSystem, smallSystem } from './small-system.ts'

// P9, by accept and persist over a real table and a real database.
let database: Database
let made: TestTable
let system: SmallSystem
beforeEach(async () => {
  ;[database, made] = await Promise.all([migratedDatabase(), emptyTable()])
  system = await smallSystem(made, database.db)
})
afterEach(() => Promise.all([database.drop(), made.drop()]))

const log = () => undefined
const never = () => false
const ports = () => ({ parents: parentsOf(database.db), table: made.table, log })

async function backup(): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of made.scan([...attributes, 'values', 'hash', 'token', 'due_shard']))
    items.push(...page)
  return items
}
async function restoreFrom(items: Item[]): Promise<void> {
  await made.empty()
  for (const Item of items) await made.table.put({ Item })
}

test('the table emptied: after restoring the next number is the greatest stored one + 1', async () => {
  await system.post('one', 'two', 'three')
  await system.drain()
  await made.empty()
  expect(await restoreCounters(ports(), never)).toMatchObject({ parents: 3, made: 3, raised: 0 })
  expect(await system.post('four', 'five')).toEqual([4, 5])
  await system.drain()
  expect(await system.stored()).toEqual({ 1: 'one', 2: 'two', 3: 'three', 4: 'four', 5: 'five' })
  expect(system.quarantine).toEqual([])
})

test('the table from an old backup: counters behind are raised, and none is lowered', async () => {
  await system.post('one')
  await system.drain()
  const old = await backup()
  await system.post('two', 'three')
  await system.drain()
  await restoreFrom(old)
  const before = readHead((await made.table.get(headKey(root))) ?? {})
  expect(await restoreCounters(ports(), never)).toMatchObject({ parents: 3, made: 0, raised: 1 })
  expect(readHead((await made.table.get(headKey(root))) ?? {})).toEqual(before)
  expect(await system.post('four')).toEqual([4])
  await system.drain()
  expect(await system.stored()).toEqual({ 1: 'one', 2: 'two', 3: 'three', 4: 'four' })
})

test('a backup from the middle of a settlement: what it shows as waiting is stored again and changes nothing', async () => {
  await system.post('one')
  const old = await backup()
  await system.drain()
  await system.post('two')
  await system.drain()
  await restoreFrom(old)
  await restoreCounters(ports(), never)
  expect(await system.post('three')).toEqual([3])
  await system.drain()
  expect(await system.stored()).toEqual({ 1: 'one', 2: 'two', 3: 'three' })
})

test('a look without applying names what is behind and writes nothing', async () => {
  await system.post('one')
  await system.drain()
  const old = await backup()
  await system.post('two')
  await system.drain()
  await restoreFrom(old)
  const chat = `chat#${system.app}#1`
  expect(await lookAtCounters(ports(), never)).toMatchObject({
    raised: 1,
    made: 0,
    first: [`${chat}: seq is at least 2`, `${chat}: rev is at least 2`],
  })
  expect(await backup()).toEqual(old)
})

test('without restoring a collision is counted and parked with its reason, and overwrites nothing', async () => {
  await system.post('one')
  await system.drain()
  const old = await backup()
  await system.post('two')
  await system.drain()
  await restoreFrom(old)
  expect(await system.post('usurper')).toEqual([2])
  await system.drain()
  expect(await system.stored()).toEqual({ 1: 'one', 2: 'two' })
  expect(system.counted).toMatchObject({ Collisions: 1, Parked: 1 })
  expect(system.quarantine).toMatchObject([{ reason: 'collision' }])
  const { rid } = decode(system.quarantine[0]?.body ?? '')
  const request = readRequest((await made.table.get(requestItemKey(rid))) ?? {})
  expect(request).toMatchObject({ parked: 'collision', waiting: true, stored: false })
  expect(request.due).toBeUndefined()
  // After a redrive the request is due, keeps its waiting item and is no longer parked; a second
  // redrive changes nothing.
  expect(await unpark(made.table, rid, 5)).toBe(true)
  expect(await unpark(made.table, rid, 6)).toBe(false)
  const after = readRequest((await made.table.get(requestItemKey(rid))) ?? {})
  expect(after).toMatchObject({ due: 5, waiting: true })
  expect(after.parked).toBeUndefined()
  expect(await allWaiting(made.table, chatParent(system.app, 1))).toMatchObject([
    { rid, number: 2 },
  ])
})
