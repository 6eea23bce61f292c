import { join } from 'node:path'
import { styleText } from 'node:util'
import { CannotStart } from '../../infra-local/cannot-start.ts'
import { removeAbandoned } from '../../infra-local/leftovers.ts'
import { root } from '../../infra-local/stack.ts'
import { type Outcome, play, report } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { startSystem } from './system.ts'

const help = `npm run chaos                        every scenario against a local stack of its own, each ending in the audit
npm run chaos -- NAME ...            only these; a name's beginning stands for all that begin so
npm run chaos -- --share 0.1 ...     with a tenth of the requests and of the outages' length
npm run chaos -- --list              the scenarios
Exit code 1: an invariant was broken, an answer was not as promised, or all had not converged in time.`

const args = process.argv.slice(2)
const value = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const share = Number(value('--share') ?? 1)
const asked = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--share')
const chosen = scenarios.filter(({ name }) => asked.length === 0 || asked.some((a) => name.startsWith(a)))
const unknown = asked.filter((a) => !scenarios.some(({ name }) => name.startsWith(a)))
const options = args.filter((arg) => arg.startsWith('--') && !['--share', '--list', '--help'].includes(arg))

if (args.includes('--help')) console.log(help)
else if (args.includes('--list'))
  for (const { name, about } of scenarios) console.log(`${name.padEnd(22)}${about}`)
else if (unknown.length + options.length > 0 || !(share > 0 && share <= 1)) {
  console.error(`not understood: ${[...unknown, ...options].join(' ') || `--share ${share}`}\n\n${help}`)
  process.exitCode = 2
} else process.exit(await main())

/** Answers the exit code. */
async function main(): Promise<number> {
  const interrupted = Promise.withResolvers<never>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.reject(new CannotStart('interrupted')))
  await removeAbandoned(join(root, '.local'))
  console.log('starting a stack of its own')
  const starting = startSystem('chaos', (text) => process.stdout.write(text))
  try {
    const system = await Promise.race([starting, interrupted.promise])
    const outcomes = await Promise.race([playAll(system), interrupted.promise])
    return summed(outcomes)
  } catch (error) {
    console.error(error instanceof CannotStart ? error.message : error)
    return 1
  } finally {
    await starting.then(
      (system) => system.stop(),
      () => undefined,
    )
  }
}

async function playAll(system: Awaited<ReturnType<typeof startSystem>>): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const scenario of chosen) {
    if (scenario.needsSearch && !system.search) {
      console.log(`\n${scenario.name}: left out, this machine runs no OpenSearch`)
      continue
    }
    console.log(`\n${styleText('bold', scenario.name)}: ${scenario.about}`)
    const outcome = await play(scenario, system, share, (line) => console.log(`  ${line}`))
    console.log(`  ${report(outcome)}`)
    for (const violation of outcome.violations.slice(0, 20)) console.log(`  ${styleText('red', violation)}`)
    outcomes.push(outcome)
  }
  return outcomes
}

function summed(outcomes: Outcome[]): number {
  console.log('')
  for (const outcome of outcomes) console.log(report(outcome))
  const requests = outcomes.reduce((sum, { ledger }) => sum + ledger.requests, 0)
  const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations.length, 0)
  console.log(`\n${outcomes.length} scenarios, ${requests} requests, ${violations} violations`)
  return violations > 0 ? 1 : 0
}
