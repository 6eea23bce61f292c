import { expect, test } from 'vitest'
import { accept } from '../../functions/accept/accept.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent } from '../../functions/protocol/model/parent.ts'
import type { Table } from '../../functions/protocol/ports/table.ts'
import { findChat } from '../../functions/protocol/read/edit-target.ts'
import { headCaps, headKey } from '../../functions/protocol/table/head.ts'
import { putHead } from '../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../functions/protocol/table/read-heads.ts'
import { requestKey } from '../../functions/protocol/table/request.ts'
import { allWaiting } from '../../functions/protocol/table/waiting-items.ts'
import { reserve } from '../../functions/protocol/write/reserve.ts'
import { reserveEdit } from '../../functions/protocol/write/reserve-edit.ts'
import { type SweepPorts, sweep } from '../../functions/sweep/sweep.ts'
import { finish } from '../simulation/finish.ts'
import { type Ports, portsOf } from '../simulation/ports.ts'
import { type System, systemOf } from '../simulation/system.ts'
import { chatValue, messageValue } from '../support/values.ts'

const app = '0'.repeat(32)
const minute = 60_000

/** Runs a sweep, with other ports in the place of some; answers its counts and what it logged. */
const sweeper =
  (system: System, ports: Ports) =>
  (other: Partial<SweepPorts> = {}, msLeft = 50_000) => {
    const end = system.world.now + msLeft
    const events: string[] = []
    const log: SweepPorts['log'] = (event, fields) =>
      void events.push(`${event} ${String(fields?.step ?? '')}`)
    const swept = finish(
      system,
      sweep({ ...ports, log, ...other }, () => end - system.world.now),
    )
    return swept.then((counts) => ({ ...counts, events }))
  }

/** Chats with `each` accepted messages that were never sent, all of them due. */
async function withUnsent(chats: number, each: number) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead({ kind: 'application', app }))
  const build = () => [messageValue('b')]
  const rids: string[] = []
  for (let chat = 1; chat <= chats; chat++) {
    const parent = chatParent(app, chat)
    system.table.put(putHead(parent))
    for (let n = 0; n < each; n++) {
      const asked = { parent, key: undefined, input: () => ({ hash: '', build }) }
      rids.push((await finish(system, reserve(ports, asked))).reservation.rid)
    }
  }
  await system.world.run(system.world.now + minute)
  return {
    system,
    ports,
    run: sweeper(system, ports),
    rids,
    sent: () => system.queue.held.map(({ message }) => message.deduplication),
  }
}

test('everything that is due is sent once, however many there are, and is due again later', async () => {
  const { system, run, rids, sent } = await withUnsent(30, 40)
  expect(await run()).toMatchObject({ due: 1200, sent: 1200, failed: 0, away: false })
  expect(sent().toSorted()).toEqual(rids.map((rid) => `${rid}:s0`).toSorted())
  await system.world.run(system.world.now + 10_000)
  expect(await run()).toMatchObject({ due: 0, sent: 0 })
  await system.world.run(system.world.now + 60 * minute)
  expect(await run()).toMatchObject({ due: 0, sent: 0 })
  await system.world.run(system.world.now + 6 * 60 * minute)
  expect(await run()).toMatchObject({ due: 1200, sent: 1200 })
})

test('a queue that is away ends the sweep; the next one sends', async () => {
  const { run, ports, sent } = await withUnsent(30, 40)
  let asked = 0
  const sendBatch = () => {
    asked += 1
    return Promise.reject(new Error('away'))
  }
  expect(await run({ queue: { ...ports.queue, sendBatch } })).toMatchObject({ sent: 0, away: true })
  expect(asked).toBeLessThanOrEqual(10)
  expect(sent()).toEqual([])
  expect(await run()).toMatchObject({ sent: 1200, away: false })
})

test('a message that the queue refuses keeps no other waiting', async () => {
  const { run, ports, rids, sent } = await withUnsent(3, 5)
  const [bad = ''] = rids
  const { sendBatch } = ports.queue
  const queue = {
    ...ports.queue,
    sendBatch: async (messages: Parameters<typeof sendBatch>[0]) => {
      const good = messages.filter(({ deduplication }) => !deduplication.startsWith(bad))
      const taken = await sendBatch(good)
      return messages.map(
        (message) => good.includes(message) && taken[good.indexOf(message)] === true,
      )
    },
  }
  expect(await run({ queue })).toMatchObject({
    due: 15,
    sent: 14,
    failed: 1,
    events: ['sweep_failed send'],
  })
  expect(sent()).toHaveLength(14)
})

test('a request that cannot be read keeps no other waiting, nor a counter', async () => {
  const { system, run, rids } = await withUnsent(3, 5)
  const request = system.table.get(requestKey(rids[0] ?? ''))
  const head = system.table.get(headKey(chatParent(app, 3)))
  if (!request || !head) throw new Error('missing')
  system.table.put({ Item: { ...request, parent: 'nonsense' } })
  system.table.put({ Item: { ...head, seq: 'nonsense' } })
  const swept = await run()
  // One request, one counter, and the five requests below that counter.
  expect(swept).toMatchObject({ sent: 9, failed: 7 })
  expect(swept.events).toEqual(Array.from({ length: 7 }, () => 'sweep_failed read'))
})

test('a call that fails for one of them keeps no other waiting', async () => {
  const { run, ports, rids } = await withUnsent(2, 5)
  const [bad = ''] = rids
  const update: typeof ports.table.update = (input) =>
    input.Key.pk === requestKey(bad).pk
      ? Promise.reject(new Error('throttled'))
      : ports.table.update(input)
  expect(await run({ table: { ...ports.table, update } })).toMatchObject({ sent: 10, away: false })
})

test('without time nothing is begun', async () => {
  const { run, sent } = await withUnsent(1, 3)
  expect(await run({}, 1000)).toMatchObject({ due: 0, sent: 0 })
  expect(sent()).toEqual([])
})

const token = 'token'
const ownApp = applicationParent(appKey(token))

/**
 * Two chats that were created and a third that was also deleted; all is due, and what it owes was
 * not paid.
 */
async function withUnpaid() {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(ownApp))
  const build = () => [chatValue()]
  const rids: string[] = []
  for (const _ of [1, 2, 3]) {
    const asked = { parent: ownApp, key: undefined, input: () => ({ hash: '', build }) }
    rids.push((await finish(system, reserve(ports, asked))).reservation.rid)
  }
  const open = () => findChat(ports, { token, chat: 3 }, 'write')
  await finish(
    system,
    reserveEdit<'application'>(ports, 'delete', open, ({ row }, at) => ({
      ...row.value,
      deleted_at: at,
    })),
  )
  await system.world.run(system.world.now + minute)
  const headOf = async (chat: number) =>
    (await finish(system, readHeads(ports.table, chatParent(ownApp.app, chat)))).head
  return { system, ports, rids, headOf, run: sweeper(system, ports) }
}

test('what is owed is paid, although the queue is away', async () => {
  const { ports, run, headOf } = await withUnpaid()
  const away = { ...ports.queue, sendBatch: () => Promise.reject(new Error('away')) }
  expect(await run({ queue: away })).toMatchObject({ due: 4, sent: 0, failed: 0, away: true })
  expect(await headOf(1)).toMatchObject({ seq: 0, deleted: false })
  expect(await headOf(3)).toMatchObject({ deleted: true })
})

test('what cannot pay what it owes is not sent before it can, and every sweep tries; the others are sent', async () => {
  const { system, ports, rids, run } = await withUnpaid()
  const [bad = ''] = rids
  const unpaid = headKey(chatParent(ownApp.app, 1)).pk
  const put: Table['put'] = (input) =>
    input.Item.pk === unpaid ? Promise.reject(new Error('throttled')) : ports.table.put(input)
  const table = { ...ports.table, put }
  const sentOfIt = () =>
    system.queue.held.filter(({ message }) => message.deduplication.startsWith(bad)).length
  expect(await run({ table })).toMatchObject({ due: 4, sent: 3, events: ['sweep_failed pay'] })
  // Not at once: the oldest of all, it would be the first in every sweep.
  await system.world.run(system.world.now + 10_000)
  expect(await run({ table })).toMatchObject({ due: 0 })
  await system.world.run(system.world.now + minute)
  expect(await run({ table })).toMatchObject({ due: 1, sent: 0, events: ['sweep_failed pay'] })
  expect(sentOfIt()).toBe(0)
  await system.world.run(system.world.now + minute)
  expect(await run()).toMatchObject({ due: 1, sent: 1, failed: 0 })
  expect(sentOfIt()).toBe(1)
})

test.each([
  ['stay in it while it is small', headCaps.soft, 0],
  ['move out when it has grown, until it is small', headCaps.soft + 30, 30],
])('the entries of a HEAD %s', async (_, before, moved) => {
  const { system, ports, run } = await withUnsent(1, before)
  await run()
  const parent = chatParent(app, 1)
  const { head } = await finish(system, readHeads(ports.table, parent))
  expect(head?.entries).toHaveLength(before - moved)
  expect(await finish(system, allWaiting(ports.table, parent))).toHaveLength(moved)
})

test('a chat that floods a deep queue is held back, and keeps no other chat waiting', async () => {
  const { system, ports, run } = await withUnsent(1, headCaps.soft + 20)
  system.queue.shown = 20
  const bounds = { deepQueue: 10, holdBackMs: minute }
  for (let n = 0; n < 10; n++)
    system.queue.send({ group: `chat#${app}#1`, deduplication: `before ${n}`, body: '' })
  const first = await run(bounds)
  expect(first).toMatchObject({ sent: 0, held: headCaps.soft + 20, failed: 0, away: false })

  const other = chatParent(app, 2)
  system.table.put(putHead(other))
  const input = () => ({ hash: '', build: () => [messageValue('other')] })
  const create = accept({ ...ports, ...bounds }, other, undefined, input)
  await finish(system, create)
  const shown = system.queue.held.slice(0, system.queue.shown)
  expect(shown.some(({ message }) => message.group === `chat#${app}#2`)).toBe(true)

  system.queue.held = []
  await system.world.run(system.world.now + 2 * minute)
  // Only until it is deep again.
  const second = await run(bounds)
  expect(second.sent).toBeGreaterThanOrEqual(bounds.deepQueue)
  expect(second.held).toBeGreaterThan(0)
  await system.world.run(system.world.now + 2 * minute)
  expect(await run()).toMatchObject({ held: 0, sent: second.held })
})
