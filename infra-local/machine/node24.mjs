import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

// What `npm start` and `npm test` share. It is plain JavaScript for the machine's own Node, because
// it runs before node_modules exists.
const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')

class CannotRun extends Error {}

/** The oldest Node of the packages: package.json has no newer 24 for macOS on arm64. */
const oldest = [24, 0]

/** Whether `version`, such as v24.18.1, is the major of `oldest` and not an older minor of it. */
export function isNeeded(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major === oldest[0] && minor >= oldest[1]
}

function checkMachine() {
  if (process.platform === 'win32')
    throw new CannotRun(
      'this does not run on Windows itself: run it in WSL 2 (wsl --install), where Docker works too',
    )
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20)
    throw new CannotRun(`Node ${process.versions.node} is too old: install Node 20 or newer`)
  if (spawnSync('npm', ['--version']).status !== 0)
    throw new CannotRun(
      'npm is missing: install it (Debian: apt-get install npm, macOS: brew install node)',
    )
}

/**
 * npm writes node_modules/.package-lock.json last. If it is missing, or older than the lock file,
 * the install is not whole.
 */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

/**
 * Installs the packages if they are missing or older than the lock file. Throws CannotRun, whose
 * message says what to do.
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

/** The Node of the version that is deployed: from the packages, else this one if it will do. */
function node24() {
  const local = join(bin, 'node')
  const found = spawnSync(local, ['--version'], { encoding: 'utf8' })
  if (found.status === 0 && isNeeded(found.stdout.trim())) return local
  if (isNeeded(process.version)) return process.execPath
  throw new CannotRun(
    `there is no packaged Node 24 for this platform: install Node ${oldest.join('.')} or a newer 24, and run again with it`,
  )
}

/**
 * Runs a TypeScript file on Node 24 with node_modules/.bin first on PATH. Returns its exit code.
 * Ctrl-C reaches the child by itself, because the terminal signals the whole group; signals that
 * reach only this process are passed on.
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

/** Runs `main` and sets the exit code that it returns. A CannotRun is printed as its line. */
export async function begin(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
