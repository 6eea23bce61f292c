import { join } from 'node:path'
import { styleText } from 'node:util'
import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { CannotStart } from '../../infra-local/machine/cannot-start.ts'
import { removeAbandoned } from '../../infra-local/machine/leftovers.ts'
import { projectRoot } from '../../infra-local/machine/plain-root.mjs'
import { type Outcome, play, report, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { type System, startSystem } from './system.ts'

const help = `npm run chaos -- [options] [scenario ...]

Starts a local stack of its own (free ports, own data, removed at the end), breaks it in every way
below while clients write to it, and audits it after each. Without names: all scenarios; the
beginning of a name stands for all that begin so.

  --share S   of the requests and of an outage's length, 0.01 to 1 (1); all in full takes about an
              hour
  --list      what there is

Prints for each scenario: requests, responses by status, seconds from the fault's end until
everything had converged, things checked, violations. Exit code 1: an invariant was broken, a
response was not as promised, or all had not converged in time.`

const options = {
  share: { type: 'string', default: '1' },
  list: { type: 'boolean', default: false },
} as const

await runCommand(async () => {
  const { values, positionals } = readArguments(help, options, true)
  const share = numberOf('share', values.share, { min: 0.01, max: 1, whole: false })
  for (const asked of positionals)
    if (!scenarios.some(({ name }) => name.startsWith(asked)))
      throw new Refused(`there is no scenario ${asked}: see --list`)
  const chosen = scenarios.filter(
    ({ name }) => positionals.length === 0 || positionals.some((asked) => name.startsWith(asked)),
  )
  // Exits when all has stopped: nothing else may keep the process alive.
  if (!values.list) process.exit(await playAll(chosen, share))
  for (const { name, about } of chosen) console.log(`${name.padEnd(22)}${about}`)
  return 0
})

/** Returns the exit code: 130 after Ctrl-C, which ends it with the results so far. */
async function playAll(chosen: Scenario[], share: number): Promise<number> {
  const interrupted = Promise.withResolvers<'interrupted'>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.resolve('interrupted'))
  await removeAbandoned(join(projectRoot, '.local'))
  console.log('starting a stack of its own')
  // The long outage leaves tens of thousands of messages in the queue.
  const env = { CHAT_QUICK_QUEUE: 'on' }
  const starting = startSystem('chaos', env, (text) => process.stdout.write(text))
  const outcomes: Outcome[] = []
  try {
    const playing = starting.then((system) => playEach(system, chosen, share, outcomes))
    const end = await Promise.race([playing, interrupted.promise])
    return summed(outcomes) || (end === 'interrupted' ? 130 : 0)
  } catch (error) {
    console.error(error instanceof CannotStart ? error.message : error)
    summed(outcomes)
    console.log(`the suite itself broke after ${outcomes.length} of ${chosen.length} scenarios`)
    return 1
  } finally {
    await starting.then(
      (system) => system.stop(),
      () => undefined, // The error was printed above, and what had started was stopped.
    )
  }
}

async function playEach(
  system: System,
  chosen: Scenario[],
  share: number,
  outcomes: Outcome[],
): Promise<void> {
  for (const scenario of chosen) {
    console.log(`\n${styleText('bold', scenario.name)}: ${scenario.about}`)
    if (scenario.needsSearch && !system.search) {
      console.log('  left out: this machine runs no OpenSearch')
      continue
    }
    const outcome = await play(scenario, system, share, (line) => console.log(`  ${line}`))
    outcomes.push(outcome)
    console.log(`  ${report(outcome)}`)
    for (const violation of outcome.violations.slice(0, 20))
      console.log(`  ${styleText('red', violation)}`)
  }
}

/** Prints the figures of all scenarios once more, together; returns the exit code. */
function summed(outcomes: Outcome[]): number {
  console.log(`\n${outcomes.map(report).join('\n')}`)
  const requests = outcomes.reduce((sum, { ledger }) => sum + ledger.requests, 0)
  const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations.length, 0)
  console.log(`\n${outcomes.length} scenarios, ${requests} requests, ${violations} violations`)
  return violations > 0 ? 1 : 0
}
