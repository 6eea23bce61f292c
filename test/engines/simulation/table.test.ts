import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item, Key, Table } from '../../../functions/protocol/ports/table.ts'
import { memoryTable, projected } from '../../simulation/stores/table.ts'
import { worldOf } from '../../simulation/world/world.ts'
import { emptyTable, type TestTable } from '../table.ts'
import { protocolStep, type Step, universe } from './protocol-steps.ts'
import { rawKeys, rawStep } from './raw-steps.ts'

// The table of the simulation is right when no sequence of operations makes it differ from the real
// endpoint.
let made: TestTable
let real: Table
beforeAll(async () => {
  made = await emptyTable()
  real = made.table
})
afterAll(() => made.drop())

/** The table of the simulation behind the port, its index caught up before each query. */
function simulated(): Table {
  const world = worldOf(1, Date.UTC(2026, 0, 1))
  const table = memoryTable(world)
  return {
    get: async (key) => table.get(key),
    batchGet: async (keys, attributes) =>
      keys.map((key) => {
        const item = table.get(key)
        return item && projected(item, attributes)
      }),
    put: async (input) => table.put(input),
    update: async (input) => table.update(input),
    delete: async (input) => table.delete(input),
    transact: async (inputs) => table.transact(inputs),
    query: async (input) => {
      await world.run(world.now + 10_000)
      return table.query(input)
    },
  }
}

/**
 * The outcome of a step: what it returned, or that it was refused. The wording of refusals is not
 * compared.
 */
async function outcomeOf(step: Step, table: Table): Promise<unknown> {
  try {
    return { answer: await step.run(table) }
  } catch (error) {
    return { refused: error instanceof Error }
  }
}

async function empty(keys: Key[]): Promise<void> {
  await Promise.all(keys.map((Key) => real.delete({ Key })))
}

/** Runs the steps on both, compares each outcome, and at the end all items. */
async function agree(steps: Step[], keys: Key[]): Promise<void> {
  const memory = simulated()
  await empty(keys)
  for (const [at, step] of steps.entries()) {
    const [theirs, ours] = [await outcomeOf(step, real), await outcomeOf(step, memory)]
    expect(ours, `step ${at + 1}, ${step.name}: the simulation, beside the endpoint`).toEqual(
      theirs,
    )
  }
  const [theirs, ours]: (Item | undefined)[][] = [
    await real.batchGet(keys),
    await memory.batchGet(keys),
  ]
  expect(ours).toEqual(theirs)
}

test('the protocol reads from the simulated table what it reads from the real one', async () => {
  const steps = fc.array(protocolStep, { minLength: 10, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(steps, (all) => agree(all, universe)),
    { seed: 20_260_101, numRuns: 40 },
  )
})

test('puts, updates and deletes with any expression that the simulation knows have equal outcomes in both', async () => {
  const steps = fc.array(rawStep, { minLength: 5, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(steps, (all) => agree(all, rawKeys)),
    { seed: 20_260_102, numRuns: 60 },
  )
})
