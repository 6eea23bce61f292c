import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
export const document = join(root, 'docs', 'openapi.json')
/** What is fetched, kept between runs. */
const kept = join(root, '.local', 'cache', 'generators')
/** What is made, anew by each run. */
export const made = join(root, '.local', 'generators')
const environment = join(kept, 'python')
export const python = join(environment, 'bin', 'python')

/** What must be on the machine, with what says that it is. */
const commands = {
  java: ['java', '-version'],
  maven: ['mvn', '--version'],
  python: ['python3', '-c', 'import ensurepip, sys; assert sys.version_info >= (3, 10)'],
  go: ['go', 'version'],
}
export type Need = keyof typeof commands

/** Those of `needs` that this machine does not have. */
export const missingOf = (needs: readonly Need[]): Need[] =>
  needs.filter((need) => {
    const [command = '', ...args] = commands[need]
    return spawnSync(command, args).status !== 0
  })

/** Runs a command to its end; returns what it printed. Throws with that when it fails. */
export function run(cwd: string, command: string, ...args: string[]): string {
  // openapi-python-client calls ruff by its name.
  const PATH = [join(environment, 'bin'), process.env.PATH].join(delimiter)
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (done.status === 0) return done.stdout
  const said = `${done.stdout ?? ''}${done.stderr ?? ''}`.slice(-3_000)
  throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.status}\n${said}`)
}

/** Runs a command of packages of npm, which are fetched when they are not there. */
export const npmExec = (cwd: string, packages: string[], ...command: string[]): string =>
  run(cwd, 'npm', 'exec', '--yes', ...packages.map((each) => `--package=${each}`), '--', ...command)

const generator = '7.14.0'
const jar = join(kept, `openapi-generator-cli-${generator}.jar`)

/** A client by openapi-generator, which Maven fetches; returns its folder. */
export function generated(name: string, ...more: string[]): string {
  mkdirSync(kept, { recursive: true })
  const artifact = `org.openapitools:openapi-generator-cli:${generator}`
  const copy = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${kept}`]
  if (!existsSync(jar)) run(kept, 'mvn', '--batch-mode', '--quiet', ...copy)
  const folder = join(made, name)
  run(made, 'java', '-jar', jar, 'generate', '-i', document, '-g', name, '-o', folder, ...more)
  return folder
}

/** What openapi-python-client is, and what the two Python clients need. */
const packages = [
  ...['openapi-python-client==0.29.1', 'urllib3==2.8.0', 'python-dateutil==2.9.0.post0'],
  ...['pydantic==2.14.4', 'typing-extensions==4.16.0', 'attrs==26.1.0', 'httpx==0.28.1'],
]

/** Makes the Python environment of the clients, once for these packages. */
export function preparePython(): void {
  const whole = join(environment, 'whole')
  const versions = packages.join('\n')
  if (existsSync(whole) && readFileSync(whole, 'utf8') === versions) return
  mkdirSync(kept, { recursive: true })
  run(kept, 'python3', '-m', 'venv', '--clear', environment)
  run(kept, python, '-m', 'pip', 'install', '--quiet', ...packages)
  writeFileSync(whole, versions)
}
