import { expect, test } from 'vitest'
import { timesAt } from '../../functions/kinds/times.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { applicationParent, root } from '../../functions/protocol/model/parent.ts'
import { findApplication } from '../../functions/protocol/read/edit-target.ts'
import { headKey, readHead } from '../../functions/protocol/table/head.ts'
import { putHead, reserveTarget } from '../../functions/protocol/table/head-writes.ts'
import { putRequest } from '../../functions/protocol/table/request-writes.ts'
import { reserveEdit } from '../../functions/protocol/write/reserve-edit.ts'
import { finish } from '../simulation/finish.ts'
import { portsOf } from '../simulation/ports.ts'
import { systemOf } from '../simulation/system.ts'

const token = 'q3mVYk8rC1wJ0Zt7uXoLhN5aPdE2sGbR'
const own = applicationParent(appKey(token))
const made = timesAt('2026-01-02T03:04:05.678Z')
const edited = { ...made, updated_at: '2026-01-02T03:05:05.678Z' }
const number = 7

/**
 * An application as version 0.1 left it: stored at this rev of the root, its own HEAD counting its
 * chats alone. `pending`: an edit of it waits in the root's HEAD.
 */
function formerSystem({
  rev,
  times,
  pending,
}: {
  rev: number
  times: typeof made
  pending: boolean
}) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(root, { seq: 40, rev: 50 }))
  system.table.put(putHead(own, { seq: 2, rev: 2, number }))
  const value = { token, name: 'stored', ...times }
  const common = { rid: 'r', rev, parent: root, number, act: 'create' as const }
  system.stores.store([{ ...common, value }])
  if (pending) {
    const [rid, values] = ['AAAAAAAAAAAAAAAAAAAAAA', [{ ...value, ...edited, name: 'pending' }]]
    const request = { rid, parent: root, act: 'edit' as const, values, token: undefined, now: 0 }
    system.table.put(putRequest({ ...request, createdAt: edited.updated_at, hash: '' }))
    const head = readHead(system.table.get(headKey(root)) ?? {})
    system.table.update(reserveTarget(root, rid, number, head, rev))
  }
  const rename = () =>
    finish(
      system,
      reserveEdit<'root'>(
        ports,
        'edit',
        () => findApplication(ports, { token }, 'write'),
        ({ row }) => ({ ...row.value, name: `${row.value.name}!` }),
      ),
    )
  return { system, rename }
}

test('the first edit of an application that version 0.1 made raises its HEAD to the row', async () => {
  const { system, rename } = formerSystem({ rev: 12, times: made, pending: false })
  expect(await rename()).toMatchObject({
    reservation: { rev: 13, number, parent: root, counter: own },
    row: { value: { name: 'stored!' } },
  })
  expect(system.table.get(headKey(root))).toMatchObject({ rev: 50, r: {} })
})

test('what version 0.1 reserved in the root is read, and built on', async () => {
  const { rename } = formerSystem({ rev: 12, times: made, pending: true })
  expect(await rename()).toMatchObject({
    reservation: { rev: 52 },
    row: { value: { name: 'pending!' } },
  })
})

test('a HEAD that is behind an edit that the root never counted was lost: 503 (P9)', async () => {
  const { rename } = formerSystem({ rev: 12, times: edited, pending: false })
  await expect(rename()).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '60' } })
})
