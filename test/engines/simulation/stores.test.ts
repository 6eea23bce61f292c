import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { parents } from '../../../functions/mysql/stored-parents.ts'
import { versionsIn } from '../../../functions/mysql/versions.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import {
  applicationParent,
  chatParent,
  type Parent,
  parentKey,
  root,
} from '../../../functions/protocol/model/parent.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import type { Range, Row } from '../../../functions/protocol/model/row.ts'
import type {
  Outbox,
  Rows,
  Store,
  StoredMessage,
} from '../../../functions/protocol/ports/stores.ts'
import type { StoredCounts } from '../../../functions/protocol/write/raise-head.ts'
import { type MemoryStores, memoryStores } from '../../simulation/stores/mysql.ts'
import { parentsIn } from '../../simulation/stores/parents.ts'
import { type Database, migratedDatabase } from '../mysql.ts'
import { batch, marks, tokens } from './changes.ts'

// The MySQL of the simulation is right when no sequence of transactions makes it differ from the
// real one.
let database: Database
let real: { store: Store; rows: Rows; outbox: Outbox }
beforeAll(async () => {
  database = await migratedDatabase()
  const db = database.db
  real = { store: storeOf(db), rows: rowsOf(db), outbox: outboxOf(db) }
})
afterAll(() => database.drop())

const apps = tokens.map(appKey)
const all: Parent[] = [
  root,
  ...apps.map(applicationParent),
  ...apps.flatMap((app) => [1, 2].map((chat) => chatParent(app, chat))),
]
/**
 * The ranges that functions/protocol/read/read-list.ts asks for: a lone bound is one that the order
 * leads away from.
 */
const ranges: Range[] = [
  { order: 'asc', limit: 2 },
  { order: 'asc', after: 1, limit: 9 },
  { order: 'desc', before: 3, limit: 1 },
  { order: 'desc', after: 0, before: 3, limit: 9 },
  { order: 'asc', after: 1, before: 3, limit: 9 },
]

const byKey = (a: StoredMessage, b: StoredMessage) => (nameOf(a) < nameOf(b) ? -1 : 1)
const nameOf = ({ app, chat, number }: StoredMessage) => `${app}#${chat}#${number}`

/** What MySQL shows of everything. */
async function shown(): Promise<unknown> {
  const { rows, outbox } = real
  const lists: Row[][] = []
  for (const parent of all) for (const range of ranges) lists.push(await rows.list(parent, range))
  return {
    lists,
    applications: await Promise.all(apps.map((app) => rows.applicationNumber(app))),
    unindexed: (await outbox.unindexed(1000)).toSorted(byKey),
    searched: await Promise.all(
      apps.map(async (app) => (await outbox.unsearchable(app, 1, 1, 1000)).toSorted(byKey)),
    ),
    unsearchable: await Promise.all(
      apps.map(async (app) => (await outbox.unsearchable(app, 1, 4e12, 1000)).toSorted(byKey)),
    ),
    versions: await Promise.all(apps.map((app) => versionsIn(database.db, app, 1, [1, 2, 3, 4]))),
    counted: await counted(),
  }
}

/** What is below each parent; one that has no children yet may be a row or not. */
async function counted() {
  const found: StoredCounts[] = []
  for (let page = await parents(database.db, undefined, 100); page.length > 0; ) {
    found.push(...page)
    page = await parents(database.db, found.at(-1)?.parent, 100)
  }
  return toCounts(found)
}
const toCounts = (found: StoredCounts[]) =>
  Object.fromEntries(
    found
      .filter(({ childRev }) => childRev > 0)
      .map(({ parent, ...counted }) => [parentKey(parent), counted]),
  )

/** What the simulation's MySQL shows of the same. */
function simulated(stores: MemoryStores): unknown {
  return {
    lists: all.flatMap((parent) => ranges.map((range) => stores.list(parent, range))),
    applications: apps.map((app) => stores.applicationNumber(app)),
    unindexed: stores.unindexed(1000).toSorted(byKey),
    searched: apps.map((app) => stores.unsearchable(app, 1, 1).toSorted(byKey)),
    unsearchable: apps.map((app) => stores.unsearchable(app, 1, 4e12).toSorted(byKey)),
    versions: apps.map((app) => stores.versions(app, 1, [1, 2, 3, 4])),
    counted: countedOf(stores),
  }
}

const countedOf = (stores: MemoryStores) => toCounts(parentsIn(stores, undefined, 1000))

const names = (changes: Change[]) =>
  changes.map(({ rid, number, rev }) => `${rid} ${number} ${rev}`)

const step = fc.oneof(
  { weight: 4, arbitrary: batch.map((store) => ({ store })) },
  { weight: 1, arbitrary: marks.map((marks) => ({ marks })) },
)

async function agree(
  steps: ({ store: Change[] } | { marks: Parameters<Outbox['markIndexed']>[0] })[],
) {
  for (const table of ['messages', 'chats', 'applications'])
    await database.db.query(`DELETE FROM ${table}`)
  const memory = memoryStores()
  for (const [at, one] of steps.entries()) {
    if ('store' in one) {
      const collided = names(await real.store.store(one.store)).toSorted()
      expect(names(memory.store(one.store)).toSorted(), `collisions of step ${at + 1}`).toEqual(
        collided,
      )
    } else {
      await real.outbox.markIndexed(one.marks)
      memory.markIndexed(one.marks, Date.now())
    }
    expect(simulated(memory), `the simulation, beside MySQL, after step ${at + 1}`).toEqual(
      await shown(),
    )
  }
}

test('the simulated MySQL does as the real one does, whatever transactions come', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 8 })
  await fc.assert(fc.asyncProperty(steps, agree), { seed: 20_260_103, numRuns: 60 })
})
