import { expect, test } from 'vitest'
import type { Put } from '../../../functions/protocol/ports/table.ts'
import { finish } from '../finish.ts'
import { portsOf } from '../ports.ts'
import { systemOf } from '../system.ts'

const key = (pk: string) => ({ pk, sk: 'head' })
const put = (pk: string, kb = 0): Put => ({ Item: { ...key(pk), text: 'x'.repeat(kb * 1024) } })
const update = (pk: string, condition = 'attribute_exists(#pk)') => ({
  Key: key(pk),
  UpdateExpression: 'SET #n = :n',
  ConditionExpression: condition,
  ExpressionAttributeNames: { '#n': 'n', '#pk': 'pk' },
  ExpressionAttributeValues: { ':n': 1 },
})

/**
 * A table whose keys take `perSecond` units; `left` says how many a key has still, and takes them
 * one by one.
 */
function limited(perSecond: number) {
  const { world, table, units } = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  units.perSecond = perSecond
  // Of an item that is not there: it costs one.
  const left = (pk: string) => {
    const one = () => units.spend([{ Key: { pk, sk: 'nothing' } }], () => undefined)
    for (let n = 0; n < perSecond; n++) {
      try {
        one()
      } catch {
        return n
      }
    }
    return perSecond
  }
  return { world, table, units, left }
}

test('a put costs a unit for each KB begun, an update and a delete what was there', () => {
  const { table, units, left } = limited(100)
  units.spend([put('put', 3)], () => table.put(put('put', 3)))
  expect(left('put')).toBe(96)
  for (const pk of ['update', 'delete']) table.put(put(pk, 3))
  units.spend([update('update')], () => table.update(update('update')))
  units.spend([{ Key: key('delete') }], () => table.delete({ Key: key('delete') }))
  expect([left('update'), left('delete')]).toEqual([96, 96])
})

test('a refused condition costs as well, and a transaction twice, of each of its keys', () => {
  const { table, units, left } = limited(100)
  table.put(put('refused', 3))
  const refused = update('refused', 'attribute_not_exists(#pk)')
  expect(units.spend([refused], () => table.update(refused))).toMatchObject({ done: false })
  const larger: Put = {
    ...put('refused', 5),
    ConditionExpression: 'attribute_not_exists(#pk)',
    ExpressionAttributeNames: { '#pk': 'pk' },
  }
  expect(units.spend([larger], () => table.put(larger))).toMatchObject({ done: false })
  // 4 for what it found, 6 for what it would have put.
  expect(left('refused')).toBe(90)
  const both = [put('a', 3), put('b')]
  units.spend(both, () => table.transact(both))
  expect([left('a'), left('b')]).toEqual([92, 98])
})

test('a key without units is refused before anything is done, until time has brought some; others are not', () => {
  const { world, table, units } = limited(4)
  // More than there is: an item that large can be written all the same.
  units.spend([put('a', 6)], () => table.put(put('a', 6)))
  const again = () => units.spend([{ Key: key('a') }], () => table.delete({ Key: key('a') }))
  expect(again).toThrow('ThrottlingException')
  expect(table.get(key('a'))).toBeDefined()
  units.spend([put('b')], () => table.put(put('b')))
  const both = [put('a'), put('b', 1)]
  expect(() => units.spend(both, () => table.transact(both))).toThrow(
    'TransactionCanceledException',
  )
  expect(table.get(key('b'))).toMatchObject({ text: '' })
  world.now += 1001
  again()
  expect(table.get(key('a'))).toBeUndefined()
})

test('the client tries a throttled write again, and gives it up after its third attempt', async () => {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { table } = portsOf(system, { name: 'test', alive: true })
  const throttled = () =>
    system.world.history.filter((line) => line.endsWith('put a: throttled')).length
  system.units.perSecond = 1
  const twice = Promise.all([table.put(put('a')), table.put(put('a'))])
  expect(await finish(system, twice)).toMatchObject([{ done: true }, { done: true }])
  expect(throttled()).toBeGreaterThan(0)
  await finish(system, table.put(put('a', 60)))
  const before = throttled()
  await expect(finish(system, table.put(put('a')))).rejects.toThrow('ThrottlingException')
  expect(throttled() - before).toBe(3)
})
