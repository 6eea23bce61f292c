import type { AcceptPorts } from '../../functions/accept/accept.ts'
import type { EditPorts } from '../../functions/edit/edit.ts'
import type { ParentPages } from '../../functions/mysql/stored-parents.ts'
import type { IndexSearch } from '../../functions/opensearch/index-search.ts'
import type { PersistPorts } from '../../functions/persist/ports.ts'
import type { Parent } from '../../functions/protocol/model/parent.ts'
import type { Range } from '../../functions/protocol/model/row.ts'
import type { Metric } from '../../functions/protocol/ports/log.ts'
import type { Index, IndexOutcome, Outbox, Rows } from '../../functions/protocol/ports/stores.ts'
import type { Delete, Item, Key, Put, Table, Update } from '../../functions/protocol/ports/table.ts'
import type { SearchPorts } from '../../functions/read/find-messages.ts'
import type { ReindexPorts } from '../../functions/reindex/reindex.ts'
import type { SweepPorts } from '../../functions/sweep/sweep.ts'
import type { Instance } from './instance.ts'
import { textOf, typed } from './stores/mysql.ts'
import { findAmong } from './stores/opensearch.ts'
import { parentsIn } from './stores/parents.ts'
import { projected } from './stores/table.ts'
import type { System } from './system.ts'
import { isCrashInWords } from './world/crash.ts'
import { dynamodb, mysql, opensearch, send, sqs, transaction } from './world/policies.ts'
import { type Policy, RemoteError, remote } from './world/remote.ts'
import type { Process, World } from './world/world.ts'

export type Ports = AcceptPorts &
  EditPorts &
  SweepPorts &
  PersistPorts &
  Pick<ReindexPorts, 'count'> &
  SearchPorts & { parents: ParentPages }

/**
 * The ports of one process: every call can be lost, repeated, refused, or kill it. That of a
 * request asks MySQL by way of the `instance` that it runs in.
 */
export function portsOf(system: System, process: Process, instance?: Instance): Ports {
  const { world, faults, units, queue, stores } = system
  const call = <T>(policy: Policy, label: string, effect: () => T): Promise<T> =>
    remote(world, faults, process, policy, label, effect)
  const askMySql = <T>(label: string, effect: () => T): Promise<T> => {
    const ask = () => call(mysql, label, effect)
    return instance ? instance.askMySql(ask) : ask()
  }
  const write = <T>(label: string, input: Put | Update | Delete, effect: () => T): Promise<T> =>
    call(dynamodb, label, () => units.spend([input], effect))
  // A batch is no snapshot: each of its items is read at a moment of its own.
  const soon = (key: Key): Promise<Item | undefined> =>
    new Promise((resolve) => {
      world.after(world.random() * 10, () => process.alive && resolve(system.table.get(key)))
    })
  const table: Table = {
    get: (key) => call(dynamodb, `get ${key.pk}`, () => system.table.get(key)),
    batchGet: async (keys, attributes) => {
      if (keys.length === 0) return []
      await call(dynamodb, 'batch get', () => undefined)
      const items = await Promise.all(keys.map(soon))
      return items.map((item) => item && projected(item, attributes))
    },
    put: (input) => write(`put ${String(input.Item.pk)}`, input, () => system.table.put(input)),
    update: (input) => write(`update ${input.Key.pk}`, input, () => system.table.update(input)),
    delete: (input) => write(`delete ${input.Key.pk}`, input, () => system.table.delete(input)),
    query: (input) => call(dynamodb, 'query', () => system.table.query(input)),
    transact: (inputs) =>
      call(transaction, 'transaction', () =>
        units.spend(inputs, () => system.table.transact(inputs)),
      ),
  }
  const rows: Rows = {
    show: async (parent, number) =>
      typed(await askMySql('show', () => stores.show(parent, number))),
    list: async <K extends Parent['kind']>(parent: Extract<Parent, { kind: K }>, range: Range) => {
      const found = await askMySql('list', () => stores.list(parent, range))
      return found.map((row) => typed<K>(row)).filter((row) => row !== undefined)
    },
    applicationNumber: (app) => askMySql('application', () => stores.applicationNumber(app)),
  }
  const outbox: Outbox = {
    markIndexed: (entries) =>
      askMySql('mark indexed', () => stores.markIndexed(entries, world.now)),
    unindexed: (limit) => askMySql('unindexed', () => stores.unindexed(limit)),
    unsearchable: (app, chat, since, limit) =>
      askMySql('unsearchable', () => stores.unsearchable(app, chat, since).slice(0, limit)),
  }
  const index: Index & IndexSearch = {
    async bulk(messages) {
      const bulk = call(opensearch, 'bulk', () => {
        // A node takes some of a bulk and refuses the rest for the moment.
        const taken = messages.map(() => world.random() >= faults.rate)
        system.index.bulk(messages.filter((_, i) => taken[i]))
        return taken.map((one): IndexOutcome => (one ? 'done' : 'later'))
      })
      return (await orAway(bulk)) ?? messages.map(() => 'later')
    },
    available: () => world.random() < 0.95,
    find: (criteria, wanted) =>
      orAway(call(opensearch, 'search', () => system.index.find(criteria, wanted))),
  }
  return {
    ...system.bounds,
    table,
    rows,
    parents: (cursor, limit) => askMySql('parents', () => parentsIn(stores, cursor, limit)),
    outbox,
    index,
    ready: () => askMySql('ready', () => undefined),
    versions: (app, chat, numbers) =>
      askMySql('versions', () => stores.versions(app, chat, numbers)),
    unsearchable: outbox.unsearchable,
    rowSearch: (criteria, wanted) =>
      askMySql('row search', () =>
        findAmong(stores.messagesOf(wanted.app, wanted.chat), criteria, wanted),
      ),
    clock: {
      now: () => world.now,
      after(ms, run) {
        const event = world.after(ms, () => process.alive && run())
        return () => world.cancel(event)
      },
    },
    ids: { text: (length) => randomText(world, length) },
    // Persist and the sweep go on when a step fails, and log it.
    log: (event, fields) => {
      if (isCrashInWords(fields?.error)) world.crashes.add(`${event}: ${String(fields?.error)}`)
    },
    count: (counts: Partial<Record<Metric, number>>) => {
      for (const [name, count] of Object.entries(counts))
        system.counted[name] = (system.counted[name] ?? 0) + count
    },
    queue: {
      depth: () => call(sqs, 'depth', () => queue.held.length),
      send: (message) => call(send, `send ${message.deduplication}`, () => queue.send(message)),
      sendBatch: (messages) =>
        call(sqs, 'send batch', () =>
          messages.map((message) => {
            if (world.random() < faults.rate) return false
            queue.send(message)
            return true
          }),
        ),
    },
    quarantine: {
      put: (body, reason) =>
        call(sqs, 'quarantine', () => void system.quarantine.push({ body, reason, at: world.now })),
    },
    visibility: {
      retryIn: (retries) =>
        call(sqs, 'visibility', () => {
          for (const { receiptHandle, seconds } of retries) queue.postpone(receiptHandle, seconds)
        }),
    },
    store: {
      store: (changes) =>
        call(mysql, 'transaction', () => {
          if (changes.some(({ value }) => stores.refused.has(textOf(value))))
            throw new RemoteError('ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 1366)
          return stores.store(changes)
        }),
      renew: () => undefined,
    },
  }
}

/** What production's adapters of the index make of an error: nothing was heard of it. */
async function orAway<T>(called: Promise<T>): Promise<T | undefined> {
  try {
    return await called
  } catch (error) {
    if (error instanceof RemoteError) return undefined
    throw error
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const randomText = (world: World, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(world.random() * 64)]).join('')
