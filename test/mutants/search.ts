import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { bar, progressOn } from '../../bin/cli/progress.ts'
import { type Options, runSchedule } from '../simulation/schedule.ts'
import { readCaught, type Seed, scheduleFor, writeCaught } from './caught.ts'
import { type Mutant, mutants } from './mutants.ts'
import { inFolder, simulationOf } from './mutate.ts'

const help = `npm run mutants -- [--search] [--longest N] [name ...]

Each mutant is the production code with one guard taken out; the simulation must notice. Without names: all of them.

  --search      finds for each, whose kept seed no longer does, the first that notices, and writes it to
                test/mutants/caught.json
  --longest N   how many seeds are tried at each rate of faults before a mutant counts as surviving (400)

Without --search it tries the kept seeds. Exit code 1 when a mutant survives, or cannot be made because its guard
has moved.`

const rates = [0.1, 0.25, 0.4]

/**
 * What the mutant breaks at this schedule; undefined: nothing, or the production code breaks it as
 * well.
 */
async function brokenAt(run: typeof runSchedule, options: Options): Promise<string | undefined> {
  const [violation] = (await run(options)).violations
  if (violation === undefined) return undefined
  // A seed at which nothing holds shows nothing.
  if ((await runSchedule(options)).violations.length > 0) return undefined
  return violation
}

async function seek(mutant: Mutant, run: typeof runSchedule, seeds: Seed[]) {
  const progress = progressOn()
  const started = performance.now()
  for (const [tried, seed] of seeds.entries()) {
    const violation = await brokenAt(run, scheduleFor(mutant, seed))
    progress.tell(
      () => `${mutant.name}  ${bar(tried + 1, seeds.length, (performance.now() - started) / 1000)}`,
    )
    if (violation === undefined) continue
    progress.end()
    return { seed, violation }
  }
  progress.end()
  return undefined
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
  let surviving = 0
  await inFolder(async (folder) => {
    for (const mutant of chosen(positionals)) {
      const kept = readCaught()[mutant.name]
      const run = await simulationOf(mutant, folder).catch((error: unknown) => String(error))
      if (typeof run === 'string') {
        surviving += 1
        console.log(`BROKEN    ${mutant.name}  ${run}`)
        continue
      }
      const all = (mutant.rates ?? rates).flatMap((faults) =>
        seeds.map((seed) => ({ seed, faults })),
      )
      const found = await seek(mutant, run, [
        ...(kept ? [kept] : []),
        ...(values.search ? all : []),
      ])
      if (found && values.search) writeCaught({ ...readCaught(), [mutant.name]: found.seed })
      surviving += found ? 0 : 1
      const how =
        found && `seed ${found.seed.seed}, faults ${found.seed.faults}: ${found.violation}`
      console.log(`${found ? 'caught  ' : 'SURVIVES'}  ${mutant.name}${how ? `  (${how})` : ''}`)
    }
  })
  return surviving > 0 ? 1 : 0
})
