import { expect, test } from 'vitest'
import { mutants } from '../mutants/mutants.ts'
import { inFolder, simulationOf } from '../mutants/mutate.ts'
import { runAll } from './pool.ts'
import { add, commandOf, describeOutcome, noTotals, totalsLine } from './report.ts'
import type { Outcome } from './worker.ts'

test('totals of schedules run by two processes count each once', async () => {
  const totals = noTotals()
  const seeds: number[] = []
  const jobs = Array.from({ length: 9 }, (_, seed) => ({
    options: { seed, faults: 0.1 },
    history: false,
  }))
  const tell = (outcome: Outcome) => {
    add(totals, outcome)
    seeds.push(outcome.options.seed)
  }
  await runAll(jobs, tell, { processes: 2 })
  expect(seeds.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(totals).toMatchObject({ schedules: 9, violations: 0 })
  expect(totals.faults).toBeGreaterThan(totals.schedules)
  expect(totals.accepted).toBeGreaterThan(totals.schedules)
  expect(totalsLine(totals)).toMatch(/^9 schedules, [\d,]+ faults, .* 0 violations$/)
})

test('a process that breaks rejects, and says at which schedule', async () => {
  const unusual = [{ options: JSON.parse('null'), history: false }]
  await expect(runAll(unusual, () => undefined, { processes: 2 })).rejects.toThrow(
    /the simulation broke .*at null/,
  )
})

test('an aborted run ends without an error', async () => {
  const aborted = AbortSignal.abort()
  const jobs = [{ options: { seed: 1, faults: 0 }, history: false }]
  const outcomes: Outcome[] = []
  await runAll(jobs, (outcome) => outcomes.push(outcome), { processes: 1, signal: aborted })
  expect(outcomes).toEqual([])
})

test('a violation is described by what repeats it and all that happened', async () => {
  const mutant = mutants.find(({ name }) => name === 'sweep off')
  if (!mutant) throw new Error('there is no such mutant')
  const options = { seed: 1, faults: 0.25, strayMs: 60_000 }
  const text = await inFolder(async (folder) => {
    const run = await simulationOf(mutant, folder)
    const { violations, lines } = await run(options)
    const counts = {
      faults: 0,
      requests: 0,
      unavailable: 0,
      accepted: 0,
      reads: 0,
      parked: 0,
      collisions: 0,
    }
    return describeOutcome({ options, violations, lines, ...counts })
  })
  expect(text).toContain(
    'npm run simulate -- --schedules 1 --seed 1 --faults 0.25 --stray-ms 60000',
  )
  expect(text).toMatch(/seed 1, faults 0.25: [1-9]\d* violations/)
  expect(text).toMatch(/ ms {2}quiet from here on/)
  expect(commandOf({ seed: 2, faults: 0.04, longestMs: 7 })).toBe(
    'npm run simulate -- --schedules 1 --seed 2 --faults 0.04 --longest-ms 7',
  )
})
