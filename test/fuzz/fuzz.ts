import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'

const help = `npm run fuzz -- [options]

schemathesis over the OpenAPI document that a running local stack serves, all checks on (test/schemathesis.toml). The
first run installs it, pinned, into .local/cache; that needs Python 3.10 or newer with venv.

  --url URL       the base address (http://localhost:3000): of this machine only, for it makes and deletes at random
  --examples N    how many requests of each kind for each operation (50)
  --seed N        repeats an earlier run; each prints its own

Exit code 0: no check failed; 1: one did; 2: it could not run.`

const options = {
  url: { type: 'string', default: 'http://localhost:3000' },
  examples: { type: 'string', default: '50' },
  seed: { type: 'string' },
} as const

const root = join(import.meta.dirname, '..', '..')
const version = '4.32.5'

/** Ctrl-C reaches the child by itself, in the same process group; its exit code is then ours. */
async function runHere(command: string, args: string[], cwd: string, env = {}): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } })
  process.on('SIGINT', () => undefined)
  const [code] = await Promise.race([
    once(child, 'exit'),
    once(child, 'error').then(([cause]) => {
      throw new Refused(`${command} cannot be run: ${String(cause)}`)
    }),
  ])
  return Number(code ?? 130)
}

/**
 * The Python environment of this version, made once. Its folder gets its final name when it is
 * complete.
 */
async function install(): Promise<string> {
  const folder = join(root, '.local', 'cache', `schemathesis-${version}`)
  if (existsSync(folder)) return folder
  console.log(`installing schemathesis ${version}`)
  const half = `${folder}.${process.pid}`
  mkdirSync(join(root, '.local', 'cache'), { recursive: true })
  const requirements = join(import.meta.dirname, 'requirements.txt')
  const pip = ['-m', 'pip', 'install', '--quiet', '-r', requirements]
  const made =
    (await runHere('python3', ['-m', 'venv', half], root)) === 0 &&
    (await runHere(join(half, 'bin', 'python'), pip, root)) === 0
  if (!made) {
    rmSync(half, { recursive: true, force: true })
    throw new Refused(
      'schemathesis cannot be installed: see that Python 3.10, venv and the network are there',
    )
  }
  renameSync(half, folder)
  return folder
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname))
    return url.replace(/\/$/, '')
  throw new Refused(`--url ${url}: an address of this machine, such as http://localhost:3000`)
}

await runCommand(async () => {
  const { values } = readArguments(help, options)
  const base = baseOf(values.url)
  const examples = numberOf('examples', values.examples, { min: 1 })
  // Its seeds have up to 39 digits: text, not a number.
  if (values.seed !== undefined && !/^\d+$/.test(values.seed))
    throw new Refused(`--seed ${values.seed}: digits`)
  const seed = values.seed === undefined ? [] : ['--seed', values.seed]
  const health = await fetch(`${base}/health`).catch(() => undefined)
  if (!health?.ok) throw new Refused(`nothing answers at ${base}: npm start`)
  const folder = await install()
  const args = ['-m', 'schemathesis.cli', 'run', `${base}/openapi.json`, '--url', base]
  const more = ['--max-examples', String(examples), ...seed]
  // In test/: there it finds its configuration, and Python the hooks beside it.
  const python = join(folder, 'bin', 'python')
  const env = { FUZZ_URL: base, PYTHONDONTWRITEBYTECODE: '1' }
  return (await runHere(python, [...args, ...more], join(root, 'test'), env)) === 0 ? 0 : 1
})
