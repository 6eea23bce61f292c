import { describe, expect, test } from 'vitest'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { overlaps } from '../../../functions/protocol/model/entry.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Row } from '../../../functions/protocol/model/row.ts'
import type { Item, Key } from '../../../functions/protocol/ports/table.ts'
import { merge } from '../../../functions/protocol/read/merge.ts'
import { type Pending, readPending } from '../../../functions/protocol/read/pending.ts'
import { putRequest } from '../../../functions/protocol/table/request-writes.ts'
import { messageValue } from '../../support/values.ts'

const row = (rev: number, rid: string | null = 'create'): Row<MessageValue> => ({
  number: 1,
  rid,
  rev,
  count: 0,
  value: messageValue(`row ${rev}`),
})
const pending = (
  rev: number,
  act: 'create' | 'edit' = 'edit',
  rid = `${act}`,
): Pending<MessageValue> => ({
  rid,
  rev,
  number: 1,
  act,
  value: messageValue(`pending ${rev}`),
  parked: false,
})

describe('what is known of a number', () => {
  test('is nothing where nothing is', () => expect(merge(undefined, [])).toBeUndefined())
  test('is the greatest rev, wherever it is and in whatever order', () => {
    expect(merge(row(3), [pending(5), pending(4)])?.row.value.body).toBe('pending 5')
    expect(merge(row(6), [pending(5), pending(4)])?.row.value.body).toBe('row 6')
    expect(merge(undefined, [pending(2), pending(1, 'create')])?.row.value.body).toBe('pending 2')
  })
  test('is stored when the row is as new as what waits, for then only its settling is missing', () => {
    expect(merge(row(5), [pending(5)])?.status).toBe('stored')
    expect(merge(row(4), [pending(5)])?.status).toBe('accepted')
  })
  test('is the row where another create has collided with it, however great its rev (P9)', () => {
    const other = pending(99, 'create', 'another')
    expect(merge(row(3), [other])?.row.value.body).toBe('row 3')
    expect(merge(row(3), [other, pending(4)])?.row.value.body).toBe('pending 4')
    expect(merge(row(3, null), [other])?.row.value.body).toBe('pending 99')
  })
})

describe('the bodies of entries', () => {
  const parent = chatParent('a'.repeat(32), 1)
  const [key, rid, later] = [
    'BBBBBBBBBBBBBBBBBBBBBB',
    'BBBBBBBBBBBBBBBBBBBBBB.first1',
    'BBBBBBBBBBBBBBBBBBBBBB.second',
  ]
  const entry = { rid, rev: 1, number: 1, count: 1 }
  const put = (own: string) =>
    putRequest({
      rid: own,
      parent,
      act: 'create',
      values: [messageValue('own')],
      createdAt: '',
      hash: '',
      token: undefined,
      now: 0,
    })
  const read = (item: Item) => {
    const reads = {
      batchGet: async (keys: Key[]) =>
        keys.map((asked) => (asked.pk === `req#${key}` ? item : undefined)),
    }
    return readPending({ ...unused, ...reads }, 'chat', [entry])
  }
  const refuse = () => Promise.reject(new Error('nothing else is asked'))
  const unused = {
    get: refuse,
    put: refuse,
    update: refuse,
    delete: refuse,
    query: refuse,
    transact: refuse,
  }

  test('are of the very request: a key that is used anew has another record, and the first is settled by then', async () => {
    expect(await read(put(rid).Item)).toMatchObject({
      pending: [{ rid, value: { body: 'own' } }],
      settled: false,
    })
    expect(await read(put(later).Item)).toEqual({ pending: [], settled: true, left: [] })
  })
  test('say whether it is parked', async () => {
    const parked = { ...put(rid).Item, parked: 'collision' }
    expect((await read(parked)).pending).toMatchObject([{ parked: true }])
    expect((await read(put(rid).Item)).pending).toMatchObject([{ parked: false }])
  })
})

describe('an entry', () => {
  test('is about all numbers of its batch, and no others', () => {
    const entry = { rid: 'r', rev: 1, number: 10, count: 3 }
    const about = [8, 9, 10, 11, 12, 13].filter((number) => overlaps(entry, number, number))
    expect(about).toEqual([10, 11, 12])
    expect(overlaps(entry, 12, 20)).toBe(true)
    expect(overlaps(entry, 1, 9)).toBe(false)
  })
})
