import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newApplication } from '../support/chats.ts'
import { begin, commands } from './model/commands.ts'

// MODEL_RUNS=500 MODEL_SEED=7 npm test -- e2e test/e2e/model.test.ts
const numRuns = Number(process.env.MODEL_RUNS ?? 15)
const seed = Number(process.env.MODEL_SEED ?? 20_261_125)

test(`histories of creates, batches, edits, deletes, replays, reads and searches agree with a list (${numRuns} of the seed ${seed})`, async () => {
  let steps = 0
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'max' }), async (history) => {
      const start = await begin(await newApplication('Model'))
      await fc.asyncModelRun(() => start, history)
      steps += [...history].length
    }),
    // A failure is shortened for two minutes at most; the history that is then printed may still be
    // longer than need be.
    { numRuns, seed, interruptAfterTimeLimit: numRuns * 20_000, markInterruptAsFailure: true },
  )
  console.log(`model: ${numRuns} histories, ${steps} steps, seed ${seed}`)
  expect(steps).toBeGreaterThan(0)
})
