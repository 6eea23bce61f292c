import { expect, test } from 'vitest'
import { clock } from '../../functions/clients/clock.ts'
import type { Delivery } from '../../functions/persist/delivery.ts'
import { persist } from '../../functions/persist/persist.ts'
import type { PersistPorts } from '../../functions/persist/ports.ts'
import { parentKey } from '../../functions/protocol/model/parent.ts'
import type { Change } from '../../functions/protocol/model/reservation.ts'
import { keptMs } from '../../functions/protocol/table/request-writes.ts'
import { encode } from '../../functions/protocol/write/envelope.ts'
import { message } from '../engines/changes.ts'

const made = (app: string, numbers: number[]) =>
  numbers.map((number) => message(app, 1, number, number))
const sent = ({ value, ...change }: Change): string => encode({ ...change, values: [value] })
const deliver = (changes: Change[]): Delivery[] =>
  changes.map((change) => ({
    messageId: `${parentKey(change.parent).slice(5, 9)}/${change.number}`,
    receiptHandle: change.rid,
    body: sent(change),
    attributes: { MessageGroupId: parentKey(change.parent), ApproximateReceiveCount: '3' },
  }))

/**
 * Ports on which everything works, and what was done with them; a test replaces what it wants to
 * fail.
 */
function world(other: Partial<PersistPorts> = {}) {
  const seen = { quarantined: [] as string[], retries: [] as unknown[], marked: [] as number[] }
  const events: { event: string; fields?: Record<string, unknown> | undefined }[] = []
  const counted: Record<string, number> = {}
  const done = async () => ({ done: true as const, item: undefined })
  const ports: PersistPorts = {
    store: { store: async () => [], renew: () => undefined },
    outbox: {
      markIndexed: async (entries) => void seen.marked.push(...entries.map(({ number }) => number)),
      unindexed: async () => [],
      unsearchable: async () => [],
    },
    index: { bulk: async (messages) => messages.map(() => 'done' as const) },
    table: {
      get: async () => undefined,
      batchGet: async (keys) => keys.map(() => undefined),
      put: done,
      update: done,
      delete: done,
      query: async () => ({ items: [], next: undefined }),
      transact: async () => true,
    },
    clock: { ...clock, now: () => 0 },
    keptMs,
    quarantine: { put: async (_, reason) => void seen.quarantined.push(reason) },
    visibility: { retryIn: async (retries) => void seen.retries.push(...retries) },
    log: (event, fields) => void events.push({ event, fields }),
    count: (counts) => void Object.assign(counted, counts),
    ...other,
  }
  const run = async (deliveries: Delivery[], remaining: () => number = () => 20_000) =>
    (await persist(ports, deliveries, remaining)).map(({ itemIdentifier }) => itemIdentifier)
  return {
    run,
    ports,
    seen,
    batch: () => events.find(({ event }) => event === 'persisted')?.fields,
    events,
    counted,
  }
}
const failing = async (): Promise<never> => {
  throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
}

test('a good batch is acknowledged, indexed and logged as one line', async () => {
  const { run, seen, batch } = world()
  expect(await run(deliver(made('a', [1, 2, 3])))).toEqual([])
  expect(seen.marked).toEqual([1, 2, 3])
  expect(batch()).toEqual({ messages: 3, stored: 3, returned: 0, parked: 0, quarantined: 0, ms: 0 })
})

test('with MySQL away everything is returned and postponed', async () => {
  const { run, seen, batch } = world({ store: { store: failing, renew: () => undefined } })
  const deliveries = deliver(made('a', [1, 2]))
  expect(await run(deliveries)).toEqual(deliveries.map(({ messageId }) => messageId))
  expect(seen.retries).toEqual(
    deliveries.map(({ receiptHandle }) => ({ receiptHandle, seconds: 4 })),
  )
  expect(batch()).toMatchObject({ stored: 0, returned: 2 })
})

test('what cannot be settled is logged and returned with what follows it in its chat, other chats are done', async () => {
  const [one, two, three, other] = [...made('a', [1, 2, 3]), ...made('b', [1])]
  const { run, ports, events } = world()
  const { update } = ports.table
  ports.table.update = (input) =>
    two && input.Key.pk.includes(two.rid.split('.')[0] ?? '') ? failing() : update(input)
  const deliveries = deliver([one, two, other, three].flatMap((change) => change ?? []))
  expect(await run(deliveries)).toEqual([deliveries[1]?.messageId, deliveries[3]?.messageId])
  const fields = { step: 'settle', error: 'ECONNREFUSED', requests: 1 }
  expect(events.filter(({ event }) => event === 'persist_failed')).toEqual([
    { event: 'persist_failed', fields },
  ])
})

test('copies of one request are settled once, or parked once, and all acknowledged or all returned', async () => {
  const deliveries = deliver(made('a', [1])).flatMap((one) =>
    ['first', 's1', 's2'].map((messageId) => ({ ...one, messageId })),
  )
  const { run, ports } = world()
  const { update } = ports.table
  let marks = 0
  ports.table.update = (input) => {
    if (input.Key.sk === 'req') marks += 1
    return update(input)
  }
  expect(await run(deliveries)).toEqual([])
  expect(marks).toBe(1)
  const colliding = world({ store: { store: async (stored) => stored, renew: () => undefined } })
  expect(await colliding.run(deliveries)).toEqual([])
  expect(colliding.seen.quarantined).toEqual(['collision'])
  const away = world({ store: { store: failing, renew: () => undefined } })
  expect(await away.run(deliveries)).toEqual(['first', 's1', 's2'])
})

test('a collision is parked, put into quarantine and acknowledged', async () => {
  const changes = made('a', [1, 2])
  const { run, seen, batch, events, counted } = world({
    store: { store: async (stored) => stored.slice(0, 1), renew: () => undefined },
  })
  expect(await run(deliver(changes))).toEqual([])
  expect(seen.quarantined).toEqual(['collision'])
  expect(batch()).toMatchObject({ stored: 1, parked: 1, quarantined: 0 })
  expect(counted).toMatchObject({ Collisions: 1, Parked: 1, Quarantined: 0 })
  const parent = changes.map((change) => parentKey(change.parent))[0]
  const fields = { reason: 'collision', parent, number: 1, rev: 1 }
  expect(events).toContainEqual({ event: 'parked', fields })
})

test('a value that no column takes is put into quarantine with its reason, the rest is stored', async () => {
  const store = async (changes: Change[]) => {
    if (changes.some(({ number }) => number === 2))
      throw Object.assign(new Error('no'), { errno: 1406, code: 'ER_DATA_TOO_LONG' })
    return []
  }
  const { run, seen, batch } = world({ store: { store, renew: () => undefined } })
  expect(await run(deliver(made('a', [1, 2, 3])))).toEqual([])
  expect(seen.quarantined).toEqual(['ER_DATA_TOO_LONG'])
  expect(batch()).toMatchObject({ stored: 2, parked: 1 })
})

test('what is no envelope is put into quarantine and acknowledged', async () => {
  const { run, seen, batch, counted } = world()
  const [good] = deliver(made('a', [1]))
  const odd = ['', '{', '{"v":99}', sent(message('a', 1, 1, 1)).replace('"rev":1', '"rev":-1')]
  const deliveries = odd.map((body, i) => ({
    messageId: `${i}`,
    receiptHandle: `${i}`,
    body,
    attributes: { MessageGroupId: 'g', ApproximateReceiveCount: '1' },
  }))
  expect(await run([...deliveries, ...(good ? [good] : [])])).toEqual([])
  expect(seen.quarantined).toHaveLength(odd.length)
  expect(batch()).toMatchObject({ stored: 1, parked: 0, quarantined: odd.length })
  expect(counted).toMatchObject({ Parked: 0, Quarantined: odd.length })
})

test('while the quarantine is away what belongs there is returned', async () => {
  const { run } = world({
    quarantine: { put: failing },
    store: { store: async (changes) => changes, renew: () => undefined },
  })
  const deliveries = deliver(made('a', [1]))
  expect(await run(deliveries)).toEqual(deliveries.map(({ messageId }) => messageId))
})

test.each<[string, Partial<PersistPorts>]>([
  [
    'the index has no time',
    { index: { bulk: async (messages) => messages.map(() => 'later' as const) } },
  ],
  [
    'the index refuses',
    { index: { bulk: async (messages) => messages.map(() => 'refused' as const) } },
  ],
  ['the index breaks its promise not to throw', { index: { bulk: failing } }],
])('%s: persist goes on, and nothing is marked', async (_, other) => {
  const { run, seen, batch } = world(other)
  expect(await run(deliver(made('a', [1])))).toEqual([])
  expect(seen.marked).toEqual([])
  expect(batch()).toMatchObject({ stored: 1 })
})

test('a document that the index refuses is logged, and not counted before reindex has offered it again', async () => {
  const { run, events, counted } = world({
    index: { bulk: async (messages) => messages.map(() => 'refused' as const) },
  })
  expect(await run(deliver(made('a', [1, 2])))).toEqual([])
  expect(events).toContainEqual({ event: 'index_refused_once', fields: { documents: 2 } })
  expect(counted).not.toHaveProperty('IndexRefused')
})

test('a row that cannot be marked is no failure', async () => {
  const { run, ports } = world()
  ports.outbox.markIndexed = failing
  expect(await run(deliver(made('a', [1])))).toEqual([])
})

test('a batch whose postponing fails is returned all the same', async () => {
  const { run } = world({
    store: { store: failing, renew: () => undefined },
    visibility: { retryIn: failing },
  })
  expect(await run(deliver(made('a', [1])))).toHaveLength(1)
})

test('a batch that hangs is returned 5 s before the end, and its connection given up', async () => {
  let renewed = 0
  const { run } = world({
    store: { store: () => new Promise(() => undefined), renew: () => void renewed++ },
  })
  expect(await run(deliver(made('a', [1, 2])), () => 5_010)).toHaveLength(2)
  expect(renewed).toBe(1)
})

test('what is stored when the time is up is neither settled nor indexed but returned', async () => {
  let left = 20_000
  const store = async () => {
    left = 5_000
    return []
  }
  const { run, ports, seen } = world({ store: { store, renew: () => undefined } })
  const settled: string[] = []
  const { update } = ports.table
  ports.table.update = (input) => {
    settled.push(input.Key.pk)
    return update(input)
  }
  expect(await run(deliver(made('a', [1, 2])), () => left)).toHaveLength(2)
  expect({ settled, indexed: seen.marked }).toEqual({ settled: [], indexed: [] })
})
