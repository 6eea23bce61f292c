import { availableParallelism } from 'node:os'
import { numberOf, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { bar, progressOn } from '../../bin/cli/progress.ts'
import { runAll } from './pool.ts'
import { add, commandOf, describeOutcome, noTotals, totalsLine } from './report.ts'
import type { Job, Outcome } from './worker.ts'

const help = `npm run simulate -- [options]

Runs the production code of accept, edit, read, search, persist, sweep, reindex, restore-counters and redrive over stores
in memory, in virtual time, with faults at every remote call, and checks the promises. One seed is one schedule: it
repeats exactly.

  --schedules N    how many (1000)
  --seed S         the first one's seed, the others follow it (random)
  --faults F       share of the remote calls that something happens to, 0 to 1 (0.04)
  --stray-ms N     how late a call may arrive whose sender has given it up, ms (5000)
  --longest-ms N   how long each dependency may be away, ms (10800000)
  --processes N    (as many as there are cores)
  --history        print what happened also when nothing is violated (for one schedule)

Ends with the totals. On a violation: the seed, the command that repeats it, the history of that schedule (of the first
three), and exit code 1. Ctrl-C ends it with the totals so far, exit code 130.`

const options = {
  schedules: { type: 'string', default: '1000' },
  seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  faults: { type: 'string', default: '0.04' },
  'stray-ms': { type: 'string' },
  'longest-ms': { type: 'string' },
  processes: { type: 'string', default: String(availableParallelism()) },
  history: { type: 'boolean', default: false },
} as const
const shown = 3

function* jobsOf(values: ReturnType<typeof read>): Generator<Job> {
  const { schedules, seed, history, ...rest } = values
  for (let n = 0; n < schedules; n++)
    yield { options: { ...rest.options, seed: seed + n }, history }
}

function read() {
  const { values } = readArguments(help, options)
  const schedules = numberOf('schedules', values.schedules, { min: 1, max: 1e8 })
  const optional = (name: 'stray-ms' | 'longest-ms') =>
    values[name] === undefined ? undefined : numberOf(name, values[name])
  const [strayMs, longestMs] = [optional('stray-ms'), optional('longest-ms')]
  return {
    schedules,
    seed: numberOf('seed', values.seed),
    history: values.history,
    processes: Math.min(schedules, numberOf('processes', values.processes, { min: 1, max: 256 })),
    options: {
      faults: numberOf('faults', values.faults, { max: 1, whole: false }),
      ...(strayMs === undefined ? {} : { strayMs }),
      ...(longestMs === undefined ? {} : { longestMs }),
    },
  }
}

await runCommand(async () => {
  const values = read()
  const { schedules, seed, processes } = values
  const { faults } = values.options
  console.log(
    `${schedules} schedules from seed ${seed}, faults at ${faults * 100} % of the calls, ${processes} processes`,
  )
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interrupted.abort())
  const progress = progressOn()
  const totals = noTotals()
  const failed: Outcome[] = []
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const tell = (outcome: Outcome) => {
    add(totals, outcome)
    progress.show(
      () => `${bar(totals.schedules, schedules, seconds())}  ${totals.violations} violations`,
    )
    if (outcome.violations.length > 0) failed.push(outcome)
    if (outcome.lines.length === 0 || failed.length > shown) return
    progress.end()
    console.log(`\n${describeOutcome(outcome)}\n`)
  }
  await runAll(jobsOf(values), tell, { processes, signal: interrupted.signal })
  progress.end()
  for (const outcome of failed.slice(shown))
    console.log(`violated too:  ${commandOf(outcome.options)}`)
  console.log(
    `${totalsLine(totals)}; ${(totals.schedules / seconds()).toFixed(1)} schedules per second`,
  )
  if (interrupted.signal.aborted) return 130
  return failed.length > 0 ? 1 : 0
})
