import { expect, test } from 'vitest'
import type { ApplicationValue } from '../../../functions/kinds/application.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { entryFor } from '../../../functions/protocol/model/entry.ts'
import {
  applicationParent,
  chatParent,
  type Parent,
  root,
} from '../../../functions/protocol/model/parent.ts'
import { changesOf } from '../../../functions/protocol/model/reservation.ts'
import { findMessage } from '../../../functions/protocol/read/edit-target.ts'
import { readOne } from '../../../functions/protocol/read/read-one.ts'
import {
  requireApplication,
  requireChat,
  requireChats,
} from '../../../functions/protocol/read/require.ts'
import { headKey } from '../../../functions/protocol/table/head.ts'
import { closeHead, putHead } from '../../../functions/protocol/table/head-writes.ts'
import { readHeads } from '../../../functions/protocol/table/read-heads.ts'
import { moveOut } from '../../../functions/protocol/write/move-out.ts'
import { payOwed } from '../../../functions/protocol/write/owed-heads.ts'
import { park } from '../../../functions/protocol/write/park.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { finish } from '../../simulation/finish.ts'
import { portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'
import { messageValue } from '../../support/values.ts'

/** The system in memory, where all calls succeed, and a way to run what it answers. */
function memory() {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const ports = portsOf(system, { name: 'test', alive: true })
  return { system, ports, run: <T>(promise: Promise<T>) => finish(system, promise) }
}

/**
 * Two applications that got the same number, for the counter of all applications was lost in
 * between (P9).
 */
async function withOneNumberTwice() {
  const { system, ports, run } = memory()
  const create = async (name: string) => {
    system.table.put(putHead(root))
    const build = (at: string, token: string): ApplicationValue[] => [
      { token, name, created_at: at, updated_at: at, deleted_at: null },
    ]
    const asked = { parent: root, key: undefined, input: () => ({ hash: '', build }) }
    const { reservation } = await run(reserve(ports, asked))
    await run(payOwed(ports.table, reservation))
    return { token: reservation.values[0]?.token ?? '', reservation }
  }
  const first = await create('first')
  system.table.delete({ Key: headKey(root) })
  const second = await create('second')
  const read = ({ token }: { token: string }) => run(requireApplication(ports, token, 'read'))
  return { first, second, read, store: () => ports.store.store(changesOf(second.reservation)), run }
}

test('a token never shows the application that got its number after the counter was lost (P9)', async () => {
  const { first, second, read, store, run } = await withOneNumberTwice()
  expect(second.reservation.number).toBe(first.reservation.number)
  const shown = { number: 1, known: { row: { value: { token: second.token, name: 'second' } } } }
  const none = { status: 404, message: 'there is no such application' }
  // On its way, and stored.
  await expect(read(first)).rejects.toMatchObject(none)
  expect(await read(second)).toMatchObject(shown)
  await run(store())
  await expect(read(first)).rejects.toMatchObject(none)
  expect(await read(second)).toMatchObject(shown)
})

const token = 'token'
const path = { token, chat: 1, message: 1 }
const chat = chatParent(appKey(token), path.chat)

/** A message in a chat, whose reads are tried after `closed` was marked as deleted. */
async function readsBelow(closed?: Parent) {
  const { system, ports, run } = memory()
  for (const parent of [applicationParent(appKey(token)), chat]) system.table.put(putHead(parent))
  const build = () => [messageValue('b')]
  await run(reserve(ports, { parent: chat, key: undefined, input: () => ({ hash: '', build }) }))
  if (closed) system.table.update(closeHead(closed))
  const outcomeOf = async (read: Promise<unknown>) => {
    const [outcome] = await Promise.allSettled([run(read)])
    return outcome?.status === 'rejected' ? String(outcome.reason.message) : 'found'
  }
  return {
    message: await outcomeOf(findMessage(ports, path, 'read')),
    messages: await outcomeOf(requireChat(ports, token, path.chat, 'read')),
    chats: await outcomeOf(requireChats(ports, token, 'read')),
  }
}

test('what waits is counted once each, while it is moved out as well, and not what is parked', async () => {
  const { system, ports, run } = memory()
  for (const parent of [applicationParent(appKey(token)), chat]) system.table.put(putHead(parent))
  const build = () => [messageValue('b')]
  const asked = { parent: chat, key: undefined, input: () => ({ hash: '', build }) }
  const { reservation } = await run(reserve(ports, asked))
  const { head } = await run(readHeads(ports.table, chat))
  if (!head) throw new Error('no HEAD')
  const read = () => run(readOne<'chat'>(ports, chat, 1, head))
  await run(moveOut(ports.table, chat, [entryFor(reservation)]))
  expect(await read()).toMatchObject({ status: 'accepted', waiting: 1 })
  await run(park(ports.table, reservation, 'refused'))
  expect(await read()).toMatchObject({ status: 'accepted', waiting: 0 })
})

test('what is there is read', async () => {
  expect(await readsBelow()).toEqual({ message: 'found', messages: 'found', chats: 'found' })
})

test('nothing below a deleted application is read, although no HEAD below it is closed (P10)', async () => {
  const gone = 'there is no such application'
  const closed = applicationParent(appKey(token))
  expect(await readsBelow(closed)).toEqual({ message: gone, messages: gone, chats: gone })
})

test('nothing in a deleted chat is read; its application has others', async () => {
  const gone = 'there is no such chat'
  expect(await readsBelow(chat)).toEqual({ message: gone, messages: gone, chats: 'found' })
})
