import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { bar, progressOn } from '../../bin/cli/progress.ts'
import type { runSchedule } from '../simulation/schedule.ts'
import { readCaught, type Seed, scheduleFor, writeCaught } from './caught.ts'
import { type Mutant, mutants } from './mutants.ts'
import { inFolder, simulationOf } from './mutate.ts'
import { typeErrorsOf } from './type-errors.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const help = `npm run mutants -- [--search] [--longest N] [name ...]

Each mutant is the production code with one guard taken out; the simulation must notice. Without names: all of them.

  --search      finds for each, whose kept seed no longer does, the first that notices, and writes it to
                test/mutants/caught.json
  --longest N   how many seeds are tried at each rate of faults before a mutant counts as surviving (400)

Without --search it tries the kept seeds. A mutant is caught when it breaks a promise and nothing else: one that the
compiler refuses, that throws an error of programming, or whose expressions the table refuses, is broken. Exit code 1
when a mutant survives or is broken, or when its guard has moved.`

const rates = [0.1, 0.25, 0.4]

type Found = { seed: Seed; verdict: Exclude<Verdict, { kind: 'survives' }> }

/** The first seed that says something of the mutant. */
async function seek(
  mutant: Mutant,
  run: typeof runSchedule,
  seeds: Seed[],
): Promise<Found | undefined> {
  const progress = progressOn()
  const started = performance.now()
  for (const [tried, seed] of seeds.entries()) {
    const verdict = await verdictOf(run, scheduleFor(mutant, seed))
    progress.show(
      () => `${mutant.name}  ${bar(tried + 1, seeds.length, (performance.now() - started) / 1000)}`,
    )
    if (verdict.kind === 'survives') continue
    progress.end()
    return { seed, verdict }
  }
  progress.end()
  return undefined
}

/** One line about a mutant, and whether it was caught. */
function describe(mutant: Mutant, found: Found | undefined): { caught: boolean; line: string } {
  if (!found) return { caught: false, line: `SURVIVES  ${mutant.name}` }
  const { seed, verdict } = found
  const caught = verdict.kind === 'caught'
  const how = caught ? verdict.violation : verdict.crash
  const line = `${caught ? 'caught  ' : 'BROKEN  '}  ${mutant.name}  (seed ${seed.seed}, faults ${seed.faults}: ${how})`
  return { caught, line }
}

function chosen(names: string[]): Mutant[] {
  const unknown = names.filter((name) => !mutants.some((mutant) => mutant.name === name))
  const known = mutants.map(({ name }) => `  ${name}`).join('\n')
  if (unknown.length > 0)
    throw new Refused(`no mutant is named ${unknown.join(', ')}; there are\n${known}`)
  return names.length === 0 ? mutants : mutants.filter(({ name }) => names.includes(name))
}

await runCommand(async () => {
  const options = {
    search: { type: 'boolean' },
    longest: { type: 'string', default: '400' },
  } as const
  const { values, positionals } = readArguments(help, options, true)
  const longest = numberOf('longest', values.longest, { min: 1, max: 1e7 })
  const seeds = Array.from({ length: longest }, (_, n) => n + 1)
  const mutants = chosen(positionals)
  const errors = await typeErrorsOf(mutants)
  for (const error of errors) console.log(`BROKEN    ${error}`)
  let failed = errors.length
  await inFolder(async (folder) => {
    for (const mutant of mutants) {
      const kept = readCaught()[mutant.name]
      const run = await simulationOf(mutant, folder)
      const all = (mutant.rates ?? rates).flatMap((faults) =>
        seeds.map((seed) => ({ seed, faults })),
      )
      const tried = [...(kept ? [kept] : []), ...(values.search ? all : [])]
      const found = await seek(mutant, run, tried)
      const { caught, line } = describe(mutant, found)
      if (found && caught && values.search)
        writeCaught({ ...readCaught(), [mutant.name]: found.seed })
      if (!caught) failed += 1
      console.log(line)
    }
  })
  return failed > 0 ? 1 : 0
})
