import { expect, test } from 'vitest'
import {
  applicationParent,
  chatParent,
  type Parent,
} from '../../../functions/protocol/model/parent.ts'
import { closeHead, putHead } from '../../../functions/protocol/table/head-writes.ts'
import { moveOut } from '../../../functions/protocol/write/move-out.ts'
import { readParent } from '../../../functions/protocol/write/parent-head.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { chatValue } from '../../support/values.ts'

const app = '0'.repeat(32)
const parent = applicationParent(app)

/** An application whose first chat was numbered, and whose HEAD that chat's create still owes. */
async function withOwedChat() {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  system.table.put(putHead(parent))
  const build = () => [chatValue()]
  const input = () => ({ hash: '', build })
  const { reservation } = await finish(system, reserve(ports, { parent, key: undefined, input }))
  const { rid, rev, number } = reservation
  const lineage = (chat: number) => finish(system, readParent(ports.table, chatParent(app, chat)))
  const out = () => finish(system, moveOut(ports.table, parent, [{ rid, rev, number, count: 1 }]))
  return {
    lineage,
    out,
    close: (closed: Parent) => system.table.update(closeHead(closed)),
    heads: () => [...system.table.items.values()].filter((item) => item.sk === 'head').length,
  }
}

test('a chat whose HEAD is owed gets it from whoever misses it first (P5)', async () => {
  const { lineage, heads } = await withOwedChat()
  expect(await lineage(1)).toMatchObject({ gone: false, head: { seq: 0 } })
  expect(heads()).toBe(2)
})

test('also when its create has moved out of the HEAD', async () => {
  const { lineage, out } = await withOwedChat()
  await out()
  expect(await lineage(1)).toMatchObject({ gone: false, head: { seq: 0 } })
})

test('what waits beside it is no proof of a chat that nobody made', async () => {
  const { lineage, out, heads } = await withOwedChat()
  await out()
  for (const chat of [2, 50, 99, 100, 101]) {
    await expect(lineage(chat)).rejects.toMatchObject({
      status: 404,
      message: 'there is no such chat',
    })
  }
  expect(heads()).toBe(1)
})

test('a chat is gone with its application, although its own HEAD was never closed (P10)', async () => {
  const { lineage, close } = await withOwedChat()
  expect(await lineage(1)).toMatchObject({ gone: false, head: { deleted: false } })
  close(parent)
  expect(await lineage(1)).toMatchObject({ gone: true, head: { deleted: false } })
})

test('a deleted chat is gone, although its application is not', async () => {
  const { lineage, close } = await withOwedChat()
  await lineage(1)
  close(chatParent(app, 1))
  expect(await lineage(1)).toMatchObject({ gone: true, head: { deleted: true } })
})
