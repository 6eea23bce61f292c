import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CannotRun, Stopped } from './cannot-run.mjs'
import { childEnvironment, downloadEnvironment } from './environment.mjs'
import { lackOfInstall, noteInstall } from './installed.mjs'
import { identityOf, withLock } from './lock.mjs'
import { lackOfRoom } from './room.mjs'

/**
 * What a person's npmrc may say, and an install of this project does not bear. Options win over
 * files. Where packages come from is left to the npmrc.
 */
const options = [
  ...['--no-audit', '--no-fund', '--loglevel=error', '--no-dry-run', '--no-package-lock-only'],
  ...['--include=prod', '--include=dev', '--include=optional', '--include=peer', '--bin-links'],
  ...['--no-global', '--location=project', '--install-strategy=hoisted', '--no-engine-strict'],
  ...[`--os=${process.platform}`, `--cpu=${process.arch}`],
]

/**
 * Installs the packages of the lock file below `root` if node_modules lacks any. Two starts do it
 * one after the other. Throws CannotRun, whose message says what to do, and Stopped after Ctrl-C.
 */
export async function install(root) {
  if (!lackOfInstall(root)) return
  const cache = join(root, '.local', 'cache')
  const waiting = (pid) => console.log(`waiting for the install that process ${pid} runs`)
  await withLock(join(cache, 'install.lock'), waiting, async () => {
    await endLeftOver(join(cache, 'install.npm'))
    const lack = lackOfInstall(root)
    if (!lack) return
    const room = lackOfRoom(root, 1_000, 'installing the packages')
    if (room) throw new CannotRun(room)
    console.log(`installing the packages (npm ci): ${lack}`)
    await npmCi(root, join(cache, 'install.npm'))
    const still = lackOfInstall(root)
    if (still) throw new CannotRun(`npm ci ended well, but ${still}: see what your npmrc changes`)
    noteInstall(root)
  })
}

/** npm by its name, by the path that it gives its scripts, else from beside this Node. */
function npmCommand() {
  const env = childEnvironment()
  if (spawnSync('npm', ['--version'], { env }).status === 0) return ['npm']
  const given = process.env.npm_execpath ?? ''
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js')
  const script = [given, beside].find((file) => basename(file) === 'npm-cli.js' && existsSync(file))
  if (script) return [process.execPath, script]
  throw new CannotRun(
    'npm is missing: install it (Debian: apt-get install npm, macOS: brew install node)',
  )
}

/**
 * npm has a process group of its own, so that Ctrl-C does not leave it to itself: it is ended here,
 * and the lock held until it has ended. `note` is for a start after this one was killed.
 */
async function npmCi(root, note) {
  const [command = 'npm', ...script] = npmCommand()
  const child = spawn(command, [...script, 'ci', ...options], {
    cwd: root,
    env: downloadEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  writeFileSync(note, identityOf(child.pid) ?? '')
  let stopped
  const stop = (signal) => {
    stopped = signal
    void endGroup(child.pid)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (status) => resolve(status ?? 1))
  })
  for (const signal of signals) process.off(signal, stop)
  await endGroup(child.pid)
  rmSync(note, { force: true })
  if (stopped) throw new Stopped(128 + constants.signals[stopped])
  if (code !== 0) throw new CannotRun('npm ci failed, see above: nothing was started')
}

/** Ends the npm of a start that was killed, which would go on beside the next one's. */
async function endLeftOver(note) {
  mkdirSync(dirname(note), { recursive: true })
  const identity = existsSync(note) ? readFileSync(note, 'utf8') : ''
  const pid = Number(identity.split(' ')[0])
  if (pid > 1 && identityOf(pid) === identity) await endGroup(pid)
  rmSync(note, { force: true })
}

/** SIGTERM for the group of this leader, and after two seconds SIGKILL for what is left. */
async function endGroup(leader) {
  if (!signalled(leader, 'SIGTERM')) return
  for (const end = Date.now() + 2_000; Date.now() < end; await pause(50))
    if (!signalled(leader, 0)) return
  signalled(leader, 'SIGKILL')
}

/** Whether the group has a process that takes this signal. */
function signalled(leader, signal) {
  try {
    return process.kill(-leader, signal)
  } catch {
    return false
  }
}
