import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

// What `npm start` and `npm test` share before node_modules is there: plain JS, for the machine's
// own Node.
const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')

class CannotRun extends Error {}

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20)
    throw new CannotRun(`Node ${process.versions.node} is too old: install Node 20 or newer`)
  if (spawnSync('npm', ['--version']).status !== 0)
    throw new CannotRun(
      'npm is missing: install it (Debian: apt-get install npm, macOS: brew install node)',
    )
}

/**
 * npm writes node_modules/.package-lock.json last: without it, or older than the lock file, the
 * install is not whole.
 */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

/**
 * Installs the packages if they are missing or older than the lock file. Throws CannotRun with what
 * to do.
 */
export async function install() {
  checkMachine()
  if (isInstalled()) return
  const waiting = (pid) => console.log(`waiting for the install that process ${pid} runs`)
  await withLock(join(root, '.local', 'cache', 'install.lock'), waiting, async () => {
    if (isInstalled()) return
    console.log('installing the packages (npm ci)')
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
    })
    if (status !== 0) throw new CannotRun('npm ci failed, see above: nothing was started')
  })
}

/** The Node that is deployed: from the packages, else this one if it is new enough. */
function node24() {
  const local = join(bin, 'node')
  const found = spawnSync(local, ['--version'], { encoding: 'utf8' })
  if (found.status === 0 && /^v24\./.test(found.stdout)) return local
  if (Number(process.versions.node.split('.')[0]) === 24) return process.execPath
  throw new CannotRun(
    'there is no packaged Node 24 for this platform: install Node 24 and run again with it',
  )
}

/**
 * Runs a TypeScript file on Node 24 with node_modules/.bin first on PATH, and exits as it did.
 * Ctrl-C reaches the child by itself (the terminal signals the whole group); what reaches only this
 * process is passed on.
 */
export async function runTypeScript(file, args) {
  const node = node24()
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, file), ...args], {
    env,
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('exit', (code, signal) =>
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)),
    )
  })
}

/** Runs `main`, prints a CannotRun as its one line, sets the exit code. */
export async function begin(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
