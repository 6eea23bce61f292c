import { expect, test } from 'vitest'
import { invariants } from '../../functions/audit/invariants.ts'
import type { Snapshot } from '../../functions/audit/snapshot.ts'
import type { AuditedRow } from '../../functions/mysql/audited-rows.ts'
import { applicationParent, chatParent } from '../../functions/protocol/model/parent.ts'
import { emptyHead } from '../../functions/protocol/table/head.ts'
import type { Request } from '../../functions/protocol/table/request.ts'

// What is parked waits for a person: the invariants allow it what it holds, and nothing beside it.
const app = 'a'.repeat(32)
const parent = chatParent(app, 1)
const row = (number: number, more: Partial<AuditedRow> = {}): AuditedRow => ({
  parent,
  number,
  rid: `rid ${number}`,
  rev: number,
  deleted: false,
  ...more,
})
const parked = (number: number, more: Partial<Request> = {}): Request => ({
  rid: `rid ${number}`,
  parent,
  act: 'create',
  values: '[]',
  count: 1,
  hash: '',
  created_at: '2026-01-01T00:00:00.000Z',
  number,
  rev: number,
  stored: false,
  waiting: true,
  parked: 'ER_DATA_TOO_LONG',
  expiry: undefined,
  sent: 0,
  ...more,
})
/** A chat that gave out three numbers. */
const snapshot = (rows: AuditedRow[], count: number, requests: Request[]): Snapshot => ({
  heads: [{ parent, head: { ...emptyHead, seq: 3, rev: 3 } }],
  requests,
  waiting: requests.map(({ rid, number = 0, count }) => ({
    parent,
    entry: { rid, rev: number, number, count },
  })),
  rows,
  parents: [{ parent, count, deleted: false }],
  documents: undefined,
  queued: 0,
})
const broken = (given: Snapshot): string[] =>
  invariants(given).flatMap(({ violations }) => violations)
const chat = `chat#${app}#1`

test('a parked create holds its number, and counts as soon as a later one is stored', () => {
  const rows = [row(1), row(3)]
  expect(broken(snapshot(rows, 3, [parked(2)]))).toEqual([])
  expect(broken(snapshot(rows, 2, [parked(2)]))).toEqual([`${chat}: count 2, rows 3`])
  expect(broken(snapshot([row(1), row(2)], 2, [parked(3)]))).toEqual([])
  expect(broken(snapshot([row(1), row(2)], 3, [parked(3)]))).toEqual([`${chat}: count 3, rows 2`])
})

test('a parked create that was deleted does not count', () => {
  const rows = [row(1), row(2, { rid: null, deleted: true }), row(3)]
  expect(broken(snapshot(rows, 2, [parked(2)]))).toEqual([])
  expect(broken(snapshot(rows, 3, [parked(2)]))).toEqual([`${chat}: count 3, rows 2`])
})

test('without one that is parked the count is exact, and no number is missing', () => {
  const rows = [row(1), row(3)]
  expect(broken(snapshot(rows, 3, []))).toEqual([
    `${chat}/2: given out, not stored`,
    `${chat}: count 3, rows 2`,
  ])
})

test('a parked edit allows nothing: its number has a row', () => {
  const rows = [row(1), row(2), row(3)]
  const edit = parked(2, { rid: 'edit', act: 'edit' })
  expect(broken(snapshot(rows, 3, [edit]))).toEqual([])
  expect(broken(snapshot(rows, 4, [edit]))).toEqual([`${chat}: count 4, rows 3`])
})

test('what came of a parked create so far, an edit of it or a part of its batch, is nothing amiss', () => {
  const edited = [row(1), row(2, { rid: null }), row(3)]
  expect(broken(snapshot(edited, 3, [parked(2)]))).toEqual([])
  expect(broken(snapshot(edited, 3, []))).toEqual([`${chat}/2: its create never arrived`])
  const batch = [row(1), row(3, { rid: 'rid 1' })]
  expect(broken(snapshot(batch, 3, [parked(1, { count: 3 })]))).toEqual([])
  expect(broken(snapshot(batch, 3, [parked(2)]))).toEqual([`${chat}/3: same request as ${chat}/1`])
  // Parked for one number, stored at another too.
  const twice = [row(1), row(2), row(3, { rid: 'rid 1' })]
  expect(broken(snapshot(twice, 3, [parked(1)]))).toEqual([`${chat}/3: same request as ${chat}/1`])
})

test('a collision leaves the count to the row that it met', () => {
  const rows = [row(1), row(2), row(3)]
  const collision = parked(2, { rid: 'usurper', parked: 'collision' })
  expect(broken(snapshot(rows, 3, [collision]))).toEqual([])
  expect(broken(snapshot(rows, 4, [collision]))).toEqual([`${chat}: count 4, rows 3`])
})

test('what is parked in one chat excuses nothing in another', () => {
  const elsewhere = parked(2, { parent: chatParent(app, 2) })
  const above = parked(2, { parent: applicationParent(app) })
  const given = snapshot([row(1), row(3)], 3, [elsewhere, above])
  expect(broken({ ...given, waiting: [] })).toEqual([
    `${chat}/2: given out, not stored`,
    `${chat}: count 3, rows 2`,
  ])
})
