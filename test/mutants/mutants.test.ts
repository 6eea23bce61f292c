import { expect, test } from 'vitest'
import { runSchedule } from '../simulation/schedule.ts'
import { readCaught, scheduleFor } from './caught.ts'
import { mutants } from './mutants.ts'
import { inFolder, mutated, simulationOf } from './mutate.ts'

const caught = readCaught()

/** Some seeds are of long outages, on a busy machine. */
const timeoutMs = 240_000

test.each(mutants)(
  'without its guard the simulation fails: $name',
  async (mutant) => {
    const kept = caught[mutant.name]
    if (!kept)
      throw new Error(`no seed is kept for it: npm run mutants -- --search '${mutant.name}'`)
    const options = scheduleFor(mutant, kept)
    expect((await runSchedule(options)).violations, 'the production code itself').toEqual([])
    await inFolder(async (folder) => {
      const run = await simulationOf(mutant, folder)
      expect((await run(options)).violations, 'the mutant, which no longer fails').not.toEqual([])
    })
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
