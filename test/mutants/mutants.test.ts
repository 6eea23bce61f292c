import { expect, test } from 'vitest'
import { readCaught, scheduleFor } from './caught.ts'
import { type Mutant, mutants } from './mutants.ts'
import { inFolder, mutated, simulationOf } from './mutate.ts'
import { typeErrorsOf } from './type-errors.ts'
import { verdictOf } from './verdict.ts'

const caught = readCaught()

/** Some seeds are of long outages, on a busy machine. */
const timeoutMs = 240_000

test.each(mutants)(
  'without its guard a promise is broken, and nothing else: $name',
  async (mutant) => {
    const kept = caught[mutant.name]
    if (!kept)
      throw new Error(`no seed is kept for it: npm run mutants -- --search '${mutant.name}'`)
    const verdict = await inFolder(async (folder) =>
      verdictOf(await simulationOf(mutant, folder), scheduleFor(mutant, kept)),
    )
    expect(verdict).toMatchObject({ kind: 'caught' })
  },
  timeoutMs,
)

test('every kept seed is of a mutant that there is', () => {
  expect(Object.keys(caught).toSorted()).toEqual(mutants.map(({ name }) => name).toSorted())
})

test('a guard that has moved is noticed, not left in', () => {
  const [mutant] = mutants
  const [edit] = mutant?.edits ?? []
  if (!mutant || !edit) throw new Error('there are no mutants')
  expect(() => mutated('nothing of it', mutant, edit.file)).toThrow('does not hold this once')
  expect(() => mutated(edit.find + edit.find, mutant, edit.file)).toThrow('does not hold this once')
})

test('every mutant is a program: the compiler finds no error in it', async () => {
  expect(await typeErrorsOf(mutants)).toEqual([])
})

const nowhere: Mutant = {
  name: 'a name that is not defined',
  edits: [
    {
      file: 'functions/sweep/sweep.ts',
      find: 'if (!inTime()) break',
      replace: 'if (nowhere > 0) break',
    },
  ],
}
const leftOver: Mutant = {
  name: 'an expression that the table refuses',
  edits: [
    {
      file: 'functions/protocol/table/head-writes.ts',
      find: '#pruned <= :seen`',
      replace: '#pruned <= #rev`',
    },
  ],
}
const goneOn: Mutant = {
  name: 'an error that persist goes on after',
  edits: [
    {
      file: 'functions/persist/settle.ts',
      find: 'await payOwed(ports.table, reservation)',
      replace: 'await payOwed(ports.table, Object(undefined))',
    },
  ],
}

// Promises are broken by each of these as well: nothing is swept, reserved or settled.
test.each([
  { mutant: nowhere, crash: /^sweep: ReferenceError: nowhere is not defined$/ },
  { mutant: leftOver, crash: /^update .*: Error: :seen is in no expression$/ },
  { mutant: goneOn, crash: /^persist_failed: TypeError/ },
])('a mutant that only breaks is not caught: $mutant.name', async ({ mutant, crash }) => {
  const verdict = await inFolder(async (folder) =>
    verdictOf(await simulationOf(mutant, folder), { seed: 1, faults: 0.1 }),
  )
  expect(verdict).toEqual({ kind: 'broken', crash: expect.stringMatching(crash) })
})

test('the compiler says which mutant it refuses', async () => {
  expect(await typeErrorsOf([...mutants, nowhere])).toEqual([
    expect.stringMatching(
      /^a name that is not defined: functions\/sweep\/sweep\.ts\(.*Cannot find name 'nowhere'/,
    ),
  ])
})
