import { afterEach, beforeEach, expect, test } from 'vitest'
import { audit } from '../../../functions/audit/audit.ts'
import type { Documents } from '../../../functions/audit/documents.ts'
import type { AuditPorts } from '../../../functions/audit/ports.ts'
import { attributes } from '../../../functions/audit/table-state.ts'
import { chatParent, parentKey } from '../../../functions/protocol/model/parent.ts'
import { headKey } from '../../../functions/protocol/table/head.ts'
import { requestItemKey } from '../../../functions/protocol/table/request.ts'
import { type SmallSystem, smallSystem } from '../migrate/small-system.ts'
import { type Database, migratedDatabase } from '../mysql.ts'
import { emptyTable, type TestTable } from '../table.ts'

let database: Database
let made: TestTable
let system: SmallSystem
let documents: Documents
beforeEach(async () => {
  ;[database, made] = await Promise.all([migratedDatabase(), emptyTable()])
  system = await smallSystem(made, database.db)
  await system.post('one', 'two', 'three')
  await system.drain()
  await indexed()
  documents = [1, 2, 3].map((number) => ({ app: system.app, chat: 1, number, rev: number }))
})
afterEach(() => Promise.all([database.drop(), made.drop()]))

let time = 0
const ports = (more: Partial<AuditPorts> = {}): AuditPorts => ({
  scan: () => made.scan(attributes),
  queued: async () => 0,
  sql: database.db,
  documents: {
    of: async (chats) =>
      documents.filter(({ app, chat }) => chats.includes(parentKey(chatParent(app, chat)))),
    total: async () => documents.length,
  },
  pause: async (ms) => {
    time += ms
  },
  now: () => time,
  tell: () => undefined,
  ...more,
})
const run = (more: Partial<AuditPorts> = {}, most = 20, late = () => false) =>
  audit(ports(more), { waitMs: 10_000, most, late })
/** What is broken, by invariant and sorted: the scan of a table has no order. */
const broken = async (more: Partial<AuditPorts> = {}) =>
  Object.fromEntries(
    (await run(more)).findings.flatMap(({ invariant, violations, total }) =>
      total > 0 ? [[invariant, violations.toSorted()]] : [],
    ),
  )
/** As if the index had taken every row. */
const indexed = () => database.db.query('UPDATE messages SET indexed_rev = rev')
const chat = () => `chat#${system.app}#1`
const change = (sql: string) => database.db.query(sql)
const setHead = (name: string, value: number | true) =>
  made.table.update({
    Key: headKey(chatParent(system.app, 1)),
    UpdateExpression: 'SET #name = :value',
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':value': value },
  })

test('a system at rest holds every invariant, and all of it was looked at', async () => {
  const found = await run()
  expect(found).toMatchObject({
    complete: true,
    onTheWay: 0,
    parents: 3,
    rows: 5,
    parked: 0,
    unreserved: 0,
  })
  expect(found.findings.filter(({ total }) => total > 0)).toEqual([])
  expect(
    Object.fromEntries(found.findings.map(({ invariant, checked }) => [invariant, checked])),
  ).toMatchObject({
    'numbers are 1..seq': 5,
    'counts are exact': 2,
    'settled requests are stored': 5,
    'the index equals the rows': 3,
  })
})

test('a row that is gone breaks the numbers, its request and the index', async () => {
  await change('DELETE FROM messages WHERE number = 2')
  expect(await broken()).toEqual({
    'numbers are 1..seq': [`${chat()}/2: given out, not stored`],
    'settled requests are stored': [`${chat()}/2: settled, not stored`],
    'counts are exact': [`${chat()}: count 3, rows 2`],
    'the index equals the rows': [`${chat()}/2: in the index, not stored`],
  })
})

test('a count that drifted, a row of another request and an edit without its create are each named', async () => {
  await change('UPDATE chats SET deleted_children = 1')
  await change("UPDATE messages SET rid = 'other' WHERE number = 1")
  await change('UPDATE messages SET rid = NULL WHERE number = 3')
  expect(await broken()).toMatchObject({
    'counts are exact': [`${chat()}: count 2, rows 3`],
    'settled requests are stored': [
      `${chat()}/1: stored from another request`,
      `${chat()}/3: stored from another request`,
    ],
    'one request is stored once': [`${chat()}/3: its create never arrived`],
  })
})

test('a counter that is behind and one that is lost are named', async () => {
  await setHead('seq', 2)
  await setHead('rev', 2)
  expect(await broken()).toEqual({
    'numbers are 1..seq': [`${chat()}/3: stored, above seq 2`],
    'counters are not behind': [`${chat()}/3: rev 3 above the HEAD's 2`],
  })
  await made.table.delete({ Key: headKey(chatParent(system.app, 1)) })
  expect(await broken()).toMatchObject({
    'counters are not behind': [1, 2, 3].map(() => `${chat()}: has rows and no HEAD`),
  })
})

test('a tombstone whose HEAD still reserves and one whose HEAD is lost are named', async () => {
  await change('UPDATE chats SET deleted_at = NOW(3)')
  const open = { 'tombstones are closed': [`${chat()}: is deleted, its HEAD is open`] }
  expect(await broken()).toMatchObject(open)
  await setHead('deleted', true)
  expect(await broken()).not.toHaveProperty('tombstones are closed')
  await made.table.delete({ Key: headKey(chatParent(system.app, 1)) })
  expect(await broken()).toMatchObject({
    'tombstones are closed': [`${chat()}: is deleted and has no HEAD`],
  })
})

test('documents that are missing or of no row are named', async () => {
  documents = [...documents.slice(1), { app: 'f'.repeat(32), chat: 9, number: 1, rev: 1 }]
  expect(await broken()).toEqual({
    'the index equals the rows': [
      `${chat()}/1: rev 1, in the index undefined`,
      'the index holds 3 documents, of known chats 2',
    ],
  })
})

test('what is on its way is waited for, and named when it does not arrive', async () => {
  await system.post('four')
  const found = await run()
  expect(found.onTheWay).toBe(1)
  expect(await broken()).toMatchObject({
    'numbers are 1..seq': [`${chat()}/4: given out, not stored`],
  })
  let pauses = 0
  const drained = await run({
    pause: async () => {
      pauses += 1
      if (pauses > 1) return
      await system.drain()
      await indexed()
      documents.push({ app: system.app, chat: 1, number: 4, rev: 4 })
    },
  })
  // The second is for the index to show what it has.
  expect(pauses).toBe(2)
  expect(drained.onTheWay).toBe(0)
  expect(drained.findings.filter(({ total }) => total > 0)).toEqual([])
})

test('a request that never got a number is counted and is no violation', async () => {
  const Key = requestItemKey('never-reserved-by-anyone')
  const parent = chat()
  await made.table.put({
    Item: {
      ...Key,
      rid: 'never-reserved-by-anyone',
      parent,
      act: 'create',
      created_at: 'then',
      due: 1,
      sent: 0,
    },
  })
  expect(await run()).toMatchObject({ unreserved: 1, onTheWay: 0 })
  expect(await broken()).toEqual({})
})

test('a chat that only the table knows is checked, too', async () => {
  await change('DELETE FROM messages')
  await change('DELETE FROM chats')
  expect((await broken())['numbers are 1..seq']).toHaveLength(4)
})

test('of many violations some are named and all are counted; when its time is over the audit says that it is not complete', async () => {
  await change('DELETE FROM messages')
  const capped = await run({}, 1)
  expect(capped.findings.find(({ invariant }) => invariant === 'numbers are 1..seq')).toMatchObject(
    {
      total: 3,
      violations: [`${chat()}/1: given out, not stored`],
    },
  )
  expect(await run({}, 20, () => true)).toMatchObject({ complete: false, rows: 0 })
})
