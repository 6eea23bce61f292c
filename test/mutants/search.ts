import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutants } from './mutants.ts'
import { simulationOf } from './mutate.ts'

/** Finds for each mutant (or those named) the first seed that catches it: `node test/mutants/search.ts [name ...]`. */
const named = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'mutants-'))
const longest = Number(process.env.SEEDS ?? 400)

for (const mutant of mutants.filter(({ name }) => named.length === 0 || named.includes(name))) {
  const run = await simulationOf(mutant, directory)
  let found = ''
  for (const faults of [0.1, 0.25, 0.4]) {
    for (let seed = 1; seed <= longest && !found; seed++) {
      const result = await run({ ...mutant.caught, seed, faults })
      if (result.violations.length > 0) found = `seed ${seed}, faults ${faults}: ${result.violations[0]}`
    }
  }
  console.log(`${found ? 'caught ' : 'SURVIVES'} ${mutant.name}: ${found}`)
}
