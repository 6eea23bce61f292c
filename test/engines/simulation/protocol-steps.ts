import fc from 'fast-check'
import { applicationParent, chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Key, Table } from '../../../functions/protocol/ports/table.ts'
import { dueAgain, expireRequest } from '../../../functions/protocol/table/due-writes.ts'
import { emptyHead, type Head, headKey, readHead } from '../../../functions/protocol/table/head.ts'
import {
  pruneEntries,
  putHead,
  reserveNumber,
  reserveTarget,
} from '../../../functions/protocol/table/head-writes.ts'
import {
  readRequest,
  requestAttributes,
  requestItemKey,
  shardOf,
} from '../../../functions/protocol/table/request.ts'
import {
  parkRequest,
  putRequest,
  storeRequest,
  touchRequest,
  waitRequest,
} from '../../../functions/protocol/table/request-writes.ts'
import {
  allWaiting,
  deleteWaiting,
  queryWaiting,
} from '../../../functions/protocol/table/waiting-items.ts'
import { moveOut } from '../../../functions/protocol/write/move-out.ts'
import { payOwed } from '../../../functions/protocol/write/owed-heads.ts'
import { prune } from '../../../functions/protocol/write/prune.ts'
import { raiseHead } from '../../../functions/protocol/write/raise-head.ts'
import { chatValue } from '../../support/values.ts'

/** One thing done to a table, the real one and the simulated. */
export interface Step {
  name: string
  run(table: Table): Promise<unknown>
}

// Few parents, requests and numbers, so that steps meet; times near each other, so that fences and
// due times meet, too.
const app = 'a'.repeat(32)
const parents = [applicationParent(app), chatParent(app, 1)]
const rids = [
  'AAAAAAAAAAAAAAAAAAAAAA',
  'BBBBBBBBBBBBBBBBBBBBBB.first1',
  'BBBBBBBBBBBBBBBBBBBBBB.second',
]
const numbers = [1, 2, 17, 120]
const revs = [1, 2, 3, 4, 5]

/** Every item that the steps can make. */
export const universe: Key[] = [
  ...parents.map(headKey),
  headKey(chatParent(app, 2)),
  ...rids.map(requestItemKey).slice(0, 2),
  ...parents.flatMap((parent) =>
    numbers.flatMap((number) =>
      revs.map((rev) => deleteWaiting(parent, { rid: '', rev, number, count: 1 }).Key),
    ),
  ),
]

const of = <T>(values: T[]) => fc.constantFrom(...values)
const entry = fc.record({ rid: of(rids), rev: of(revs), number: of(numbers), count: of([1, 1, 3]) })
const value = chatValue({ title: 'a chat' })

const arguments_ = fc.record({
  parent: of(parents),
  rid: of(rids),
  entry,
  entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 3, selector: ({ rid }) => rid }),
  number: of(numbers),
  seen: fc.integer({ min: 0, max: 6 }),
  count: of([1, 1, 4]),
  now: of([0, 10_000, 100_000_000]),
  flag: fc.boolean(),
})
type Arguments = typeof arguments_ extends fc.Arbitrary<infer A> ? A : never

async function headAt(table: Table, { parent }: Arguments): Promise<Head> {
  const item = await table.get(headKey(parent))
  return item ? readHead(item) : emptyHead
}
async function requestAt(table: Table, { rid }: Arguments) {
  const item = await table.get(requestItemKey(rid))
  return item && readRequest(item)
}
const newRequest = ({ parent, rid, now, count }: Arguments) => ({
  rid,
  parent,
  act: 'create' as const,
  values: Array.from({ length: count }, () => value),
  createdAt: value.created_at,
  hash: 'hash',
  token: undefined,
  now,
})

const kinds: Record<string, (table: Table, given: Arguments) => Promise<unknown>> = {
  putHead: (table, { parent, flag }) => table.put(putHead(parent, flag ? { number: 3 } : {})),
  reserveNumber: (table, { parent, rid, seen, count }) =>
    table.update(reserveNumber(parent, rid, seen, count)),
  'reserveNumber, image just read': async (table, given) =>
    table.update(
      reserveNumber(given.parent, given.rid, (await headAt(table, given)).rev, given.count),
    ),
  'reserveTarget, image just read': async (table, given) =>
    table.update(
      reserveTarget(given.parent, given.rid, given.number, await headAt(table, given), given.seen),
    ),
  'reserveTarget, old image': (table, { parent, rid, number, seen }) =>
    table.update(
      reserveTarget(parent, rid, number, { ...emptyHead, lastEdits: { '1': seen } }, seen),
    ),
  pruneEntries: (table, { parent, entries, flag }) =>
    table.update(
      pruneEntries(parent, entries, flag ? Math.max(...entries.map(({ rev }) => rev)) : undefined),
    ),
  prune: (table, { parent, entries }) => prune(table, parent, entries),
  moveOut: (table, { parent, entries }) => moveOut(table, parent, entries),
  putRequest: (table, given) => table.put(putRequest(newRequest(given))),
  'putRequest over the one that was read': async (table, given) =>
    table.put(putRequest(newRequest(given), await requestAt(table, given))),
  touchRequest: (table, { rid, now }) => table.update(touchRequest(rid, now)),
  storeRequest: (table, { entry, now, flag }) => table.update(storeRequest(entry, now, flag)),
  waitRequest: (table, { entry }) => table.update(waitRequest(entry)),
  parkRequest: (table, { rid }) => table.update(parkRequest(rid, 'collision')),
  dueAgain: (table, { rid, now, flag }) => table.update(dueAgain(rid, now, flag)),
  expireRequest: async (table, given) => {
    const request = await requestAt(table, given)
    return request && table.update(expireRequest(request, given.now))
  },
  deleteWaiting: (table, { parent, entry }) => table.delete(deleteWaiting(parent, entry)),
  payOwed: (table, { rid, number, flag }) =>
    payOwed(table, {
      rid,
      rev: 1,
      parent: applicationParent(app),
      number: number > 2 ? 1 : number,
      act: flag ? 'delete' : 'create',
      values: [value],
    }),
  raiseCounters: (table, { parent, number, seen, flag }) =>
    raiseHead(table, { parent, lastNumber: number, childRev: seen, deleted: flag }),
  allWaiting: (table, { parent, number, flag }) => allWaiting(table, parent, flag ? 1 : number),
  queryWaiting: (table, { parent, number, flag, seen }) =>
    queryWaiting(table, parent, 1, number, {
      order: flag ? 'asc' : 'desc',
      limit: Math.max(1, seen),
    }),
  due: async (table, { rid, now }) => {
    const { items } = await table.query({
      IndexName: 'due',
      KeyConditionExpression: '#shard = :shard AND #due <= :now',
      ExpressionAttributeNames: { '#shard': 'due_shard', '#due': 'due' },
      ExpressionAttributeValues: { ':shard': shardOf(rid), ':now': now + 30_000 },
    })
    return items
  },
  batchGet: (table) => table.batchGet(universe.slice(0, 5)),
  'batchGet of some attributes': (table) => table.batchGet(universe.slice(0, 5), requestAttributes),
}

/** A random write or read of the protocol, with the production code's own expressions. */
export const protocolStep: fc.Arbitrary<Step> = fc
  .record({ kind: of(Object.keys(kinds)), given: arguments_ })
  .map(({ kind, given }) => ({
    name: `${kind} ${JSON.stringify(given)}`,
    run: async (table: Table) => kinds[kind]?.(table, given),
    [fc.toStringMethod]: () => `${kind} ${JSON.stringify(given)}`,
  }))
