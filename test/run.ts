import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeAbandoned } from '../infra-local/machine/leftovers.ts'
import { localEnvironment } from '../infra-local/machine/local-environment.ts'
import { runHere, stopRunning } from './support/foreground.ts'
import { removeStack, startStack } from './support/stack.ts'
import { type Sum, sumOf, vitestArguments } from './support/sum.ts'

// `npm test` (infra-local/test.mjs): everything, or only `unit` or `e2e`, with arguments for
// vitest. Whatever fails, the rest still runs. The last line says how many passed and how many
// failed; a run that did not come to its end is a failure, too.
const root = join(import.meta.dirname, '..')
const [which, ...rest] = process.argv.slice(2)
const only = which === 'unit' || which === 'e2e' ? which : undefined
const given = only ? rest : process.argv.slice(2)

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interrupted = true
    stopRunning(signal)
  })

const sums: Sum[] = []
if (!only) {
  sums.push(await check('biome', ['ci']))
  sums.push(await check('tsc', ['-p', '.']))
  sums.push(await check('knip', []))
}
if (only !== 'e2e') sums.push(await vitest('unit', process.env))
if (only !== 'unit') sums.push(await endToEnd())

const passed = sums.reduce((sum, each) => sum + each.passed, 0)
const failed = sums.reduce((sum, each) => sum + each.failed, 0) + (interrupted ? 1 : 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(interrupted ? 130 : failed > 0 ? 1 : 0)

/** A check is no test, so it counts only when it fails. */
async function check(command: string, args: string[]): Promise<Sum> {
  if (interrupted) return { passed: 0, failed: 0 }
  console.log(`\n> ${command} ${args.join(' ')}`)
  const code = await runHere(join(root, 'node_modules', '.bin', command), args, process.env)
  return { passed: 0, failed: code === 0 ? 0 : 1 }
}

async function vitest(project: 'unit' | 'e2e', env: NodeJS.ProcessEnv): Promise<Sum> {
  if (interrupted) return { passed: 0, failed: 0 }
  console.log(`\n> vitest, ${project} tests`)
  const report = join(root, '.local', `${project}-${process.pid}.json`)
  const args = [...vitestArguments(project, report), ...given]
  const code = await runHere(join(root, 'node_modules', '.bin', 'vitest'), args, env)
  const sum = sumOf(report, code)
  rmSync(report, { force: true })
  return sum
}

async function endToEnd(): Promise<Sum> {
  if (interrupted) return { passed: 0, failed: 0 }
  await removeAbandoned(join(root, '.local'))
  console.log('\n> starting a stack for the end-to-end tests')
  try {
    const stack = await startStack('e2e', {}, (text) => process.stdout.write(text))
    const env = { ...localEnvironment(), ...stack.env, CHAT_BASE_URL: stack.baseUrl }
    const sum = await vitest('e2e', env)
    const code = await stack.stop()
    if (code === 0 || interrupted) return sum
    console.error(`the stack did not stop well (exit code ${code}); it said:\n${stack.output()}`)
    return { ...sum, failed: sum.failed + 1 }
  } catch (error) {
    console.error(error)
    return { passed: 0, failed: 1 }
  } finally {
    removeStack('e2e')
  }
}
