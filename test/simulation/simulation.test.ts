import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder, simulationOf } from '../mutants/mutate.ts'
import type { Options } from './arrange.ts'
import { runAll } from './pool.ts'
import { describeOutcome } from './report.ts'
import { type Outcome, runJob } from './worker.ts'

/** More of them where there is time (`.ci/run`); `npm run simulate` is the same by hand. */
const count = Number(process.env.SIMULATED_SCHEDULES ?? 500)
/** At 4 a second on a busy machine of one core. */
const timeoutMs = 60_000 + count * 250

/** Options that once violated something, each with what it was. */
const failedOnce: Options[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'failed-seeds.json'), 'utf8'),
)

async function violatedBy(all: Options[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  await runAll(
    all.map((options) => ({ options, history: false })),
    (outcome) => outcomes.push(outcome),
  )
  expect(outcomes).toHaveLength(all.length)
  return outcomes.filter(({ violations }) => violations.length > 0)
}
/**
 * The message holds the whole history of the first: a failure on another machine is understood from
 * its log.
 */
function expectNone(violated: Outcome[]): void {
  const [first] = violated
  expect(
    violated.map(({ options }) => options),
    first && describeOutcome(first),
  ).toEqual([])
}

test.each([0.04, 0.25])(
  'no promise is broken in any schedule with faults at a share of %d of the calls',
  async (faults) => {
    expectNone(
      await violatedBy(Array.from({ length: count }, (_, n) => ({ seed: 1_000 + n, faults }))),
    )
  },
  timeoutMs,
)

/** In half of them nothing is throttled either. */
const faultless = Array.from({ length: 40 }, (_, seed) => ({ seed, faults: 0 }))

test('without faults nothing waits for a repair, and every request is answered', async () => {
  expectNone(await violatedBy(faultless))
})

test('a 503 that nothing excuses is a violation', async () => {
  const find = 'head.entries.length < caps.hard'
  const edits = [
    {
      file: 'functions/protocol/write/parent-head.ts',
      find,
      replace: find.replace('hard', 'soft'),
    },
  ]
  const found = await inFolder(async (folder) => {
    const run = await simulationOf({ name: 'refuses too early', edits }, folder)
    const violations: string[] = []
    for (const options of faultless) violations.push(...(await run(options)).violations)
    return violations
  })
  expect(found).toContainEqual(expect.stringMatching(/^create .*: 503 without any fault$/))
})

test(
  'seeds that once failed stay repaired',
  async () => {
    expectNone(await violatedBy(failedOnce))
  },
  timeoutMs,
)

test('a seed is one schedule: it happens again, step by step', async () => {
  const job = { options: { seed: 7, faults: 0.25 }, history: true }
  const [first, second] = [await runJob(job), await runJob(job)]
  expect(second).toEqual(first)
  expect(first.faults).toBeGreaterThan(0)
})
