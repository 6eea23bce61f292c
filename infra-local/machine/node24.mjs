import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { CannotRun, Stopped } from './cannot-run.mjs'
import { childEnvironment, ownEnvironment } from './environment.mjs'
import { fileFault } from './file-fault.mjs'
import { install } from './install.mjs'
import { projectRoot, root } from './plain-root.mjs'

// What `npm start` and `npm test` share. It is plain JavaScript for the machine's own Node, because
// it runs before node_modules exists.
const bin = join(projectRoot, 'node_modules', '.bin')

/** The oldest Node of the packages: package.json has no newer 24 for macOS on arm64. */
const oldest = [24, 0]

/** Whether `version`, such as v24.18.1, is the major of `oldest` and not an older minor of it. */
export function isNeeded(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major === oldest[0] && minor >= oldest[1]
}

/** The Node of the version that is deployed: from the packages, else this one if it will do. */
function node24() {
  const local = join(bin, 'node')
  const found = spawnSync(local, ['--version'], { encoding: 'utf8', env: childEnvironment() })
  if (found.status === 0 && isNeeded(found.stdout.trim())) return local
  if (isNeeded(process.version)) return process.execPath
  throw new CannotRun(
    `there is no packaged Node 24 for this platform: install Node ${oldest.join('.')} or a newer 24, and run again with it`,
  )
}

/**
 * Installs the packages if any is missing, then runs a TypeScript file on Node 24, in an
 * environment made for it, with node_modules/.bin first on PATH. Returns its exit code. Ctrl-C
 * reaches the child by itself, because the terminal signals the whole group; signals that reach
 * only this process are passed on. `unfit` returns why it cannot run below a folder, if it cannot.
 */
export async function runTypeScript(file, args, unfit = () => undefined) {
  const lack = unfit(root)
  if (lack) throw new CannotRun(lack)
  if (process.platform === 'win32')
    throw new CannotRun(
      'this does not run on Windows itself: run it in WSL 2 (wsl --install), where Docker works too',
    )
  await install(projectRoot)
  const own = ownEnvironment()
  const env = { ...own, PATH: `${bin}${delimiter}${own.PATH ?? ''}` }
  const child = spawn(
    node24(),
    ['--disable-warning=ExperimentalWarning', join(projectRoot, file), ...args],
    { env, stdio: 'inherit' },
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('exit', (code, signal) =>
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)),
    )
  })
}

/**
 * Runs `main` with the arguments and sets the exit code that it returns; for --help it prints
 * `help` instead. What the person can mend is printed as one line.
 */
export async function begin(help, main) {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(help)
    return
  }
  try {
    process.exitCode = await main(args)
  } catch (error) {
    process.exitCode = error instanceof Stopped ? error.code : 1
    if (error instanceof Stopped) return
    const line = error instanceof CannotRun ? error.message : fileFault(error)
    if (line === undefined) throw error
    console.error(line)
  }
}
