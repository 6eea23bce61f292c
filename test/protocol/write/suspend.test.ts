import { describe, expect, test } from 'vitest'
import { problemResponse } from '../../../functions/api/problem-response.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { applicationParent, root } from '../../../functions/protocol/model/parent.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { headKey, readHead } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { prune } from '../../../functions/protocol/write/prune.ts'
import { raiseHead } from '../../../functions/protocol/write/raise-head.ts'
import { standingOf, suspend } from '../../../functions/protocol/write/suspend.ts'
import { type Asked, type Kind, kinds, search } from '../../simulation/clients/operations.ts'
import { finish } from '../../simulation/finish.ts'
import { type Ports, portsOf } from '../../simulation/ports.ts'
import { systemOf } from '../../simulation/system.ts'

type Ask = (ports: Ports, asked: Asked) => Promise<{ status: number; body?: unknown }>

/** A table that counts its calls. */
function counting(table: Table): { table: Table; calls: string[] } {
  const calls: string[] = []
  const counted = Object.fromEntries(
    Object.entries(table).map(([name, call]) => [
      name,
      (...given: unknown[]) => {
        calls.push(name)
        return call(...given)
      },
    ]),
  )
  return { table: { ...table, ...counted }, calls }
}

/** An application with a chat and a message, on a system without faults. */
async function system() {
  const made = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  made.table.put(putHead(root))
  const plain = portsOf(made, { name: 'test', alive: true })
  const { table, calls } = counting(plain.table)
  const ports = { ...plain, table }
  const status = async (ask: Ask, asked: Asked) => {
    const [outcome] = await Promise.allSettled([finish(made, ask(ports, asked))])
    const { status, body } =
      outcome?.status === 'fulfilled' ? outcome.value : problemResponse(outcome?.reason, '')
    return { status, body }
  }
  const create = async (kind: Kind, path: Asked['path'], text: string, key?: string) =>
    status(kind.create, {
      path,
      body: { [kind.field]: text },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    })
  const [applications, chats, messages] = kinds
  const newApplication = async (name: string) => {
    const { body } = await create(applications, { token: '', chat: 0, message: 0 }, name)
    const path = { token: String((body as { token: string }).token), chat: 1, message: 1 }
    await create(chats, path, 'chat')
    await create(messages, path, 'first', 'the key')
    return path
  }
  const path = await newApplication('A')
  return { made, ports, calls, status, create, path, newApplication, app: appKey(path.token) }
}

const [applications, chats, messages] = kinds
const writes: [name: string, ask: Ask, body: unknown][] = [
  ['a chat', chats.create, { title: 'x' }],
  ['a message', messages.create, { body: 'x' }],
  ['a batch', messages.create, { messages: [{ body: 'x' }, { body: 'y' }] }],
  ['an edit of the application', applications.update, { name: 'x' }],
  ['an edit of a chat', chats.update, { title: 'x' }],
  ['an edit of a message', messages.update, { body: 'x' }],
  ['a delete of a message', messages.remove, undefined],
  ['a delete of a chat', chats.remove, undefined],
  ['a delete of the application', applications.remove, undefined],
]
const reads: [name: string, ask: Ask, query: object][] = [
  ['the application', applications.show, {}],
  ['a chat', chats.show, {}],
  ['a message', messages.show, {}],
  ['the chats', chats.list, { limit: 10 }],
  ['the messages', messages.list, { limit: 10 }],
  ['a search', search, { q: 'first', mode: 'literal', order: 'best', limit: 10 }],
]
const forbidden = { status: 403, body: { type: '/docs/problems#application-suspended' } }

describe('a suspended application', () => {
  test.each(writes)('refuses %s', async (_, ask, body) => {
    const { made, ports, status, path, app } = await system()
    expect(await finish(made, suspend(ports.table, app, 'writes'))).toBe(true)
    expect(await status(ask, { path, method: 'PATCH', body })).toMatchObject(forbidden)
    await finish(made, suspend(ports.table, app, undefined))
    expect((await status(ask, { path, method: 'PATCH', body })).status).toBeLessThan(300)
  })
  test.each(reads)('is read, unless that is suspended as well: %s', async (_, ask, query) => {
    const { made, ports, status, path, app } = await system()
    const asked = { path, method: 'GET' as const, query }
    await finish(made, suspend(ports.table, app, 'writes'))
    expect((await status(ask, asked)).status).toBe(200)
    await finish(made, suspend(ports.table, app, 'all'))
    expect(await status(ask, asked)).toMatchObject(forbidden)
    await finish(made, suspend(ports.table, app, undefined))
    expect((await status(ask, asked)).status).toBe(200)
  })
  test('refuses before it looks at the body, or at a condition', async () => {
    const { made, ports, status, path, app } = await system()
    await finish(made, suspend(ports.table, app, 'writes'))
    const headers = { 'if-match': '"99-stored-0"' }
    expect(
      await status(messages.update, { path, method: 'PATCH', body: {}, headers }),
    ).toMatchObject(forbidden)
  })
  test('responds to a repeat of what it had accepted, and accepts nothing by a new key', async () => {
    const { made, ports, create, path, app } = await system()
    await finish(made, suspend(ports.table, app, 'all'))
    expect(await create(messages, path, 'first', 'the key')).toMatchObject({
      status: 201,
      body: { number: 1 },
    })
    expect(await create(messages, path, 'first', 'another key')).toMatchObject(forbidden)
  })
  test('is alone in that: others are served, and new ones made', async () => {
    const { made, ports, create, app, newApplication } = await system()
    await finish(made, suspend(ports.table, app, 'all'))
    expect((await create(messages, await newApplication('B'), 'x')).status).toBe(201)
  })
})

describe('what it costs', () => {
  test('is no call for a request that is let through, and one read for one that is refused', async () => {
    const { made, ports, calls, create, path, app } = await system()
    const counted = async () => {
      calls.length = 0
      await create(messages, path, 'x')
      return [...calls]
    }
    const free = await counted()
    expect(free).toEqual(['batchGet', 'put', 'update'])
    await finish(made, suspend(ports.table, app, 'writes'))
    expect(await counted()).toEqual(['batchGet'])
    await finish(made, suspend(ports.table, app, undefined))
    expect(await counted()).toEqual(free)
  })
})

describe('the flag', () => {
  test('stays when counters are raised, entries are pruned and numbers are taken', async () => {
    const { made, ports, path, app, create } = await system()
    const parent = applicationParent(app)
    await finish(made, suspend(ports.table, app, 'all'))
    await finish(
      made,
      raiseHead(ports.table, { parent, lastNumber: 50, childRev: 60, deleted: false }),
    )
    const entries = readHead(made.table.get(headKey(parent)) ?? {}).entries
    await finish(made, prune(ports.table, parent, entries))
    await create(chats, path, 'refused')
    expect(readHead(made.table.get(headKey(parent)) ?? {})).toMatchObject({
      seq: 50,
      entries: [],
      suspended: 'all',
    })
    expect(await finish(made, standingOf(ports.table, app))).toEqual({
      suspended: 'all',
      deleted: false,
    })
  })
  test('is nothing for an application that has no HEAD, and makes none', async () => {
    const { made, ports } = await system()
    const before = made.table.items.size
    expect(await finish(made, suspend(ports.table, appKey('unknown'), 'writes'))).toBe(false)
    expect(await finish(made, standingOf(ports.table, appKey('unknown')))).toBeUndefined()
    expect(made.table.items.size).toBe(before)
  })
})
