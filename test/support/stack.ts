import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../infra-local/machine/free-ports.ts'

/**
 * A local stack of a test's own, by the real `npm start`: on free ports, with data of its own,
 * beside any other. Most tests need none: `npm test` starts one for all, and sets CHAT_BASE_URL,
 * AWS_ENDPOINT_URL, CHAT_OUTPUTS and the variables of functions/clients/env.ts. A test that stops,
 * restarts or kills a stack needs its own. It starts the stack, stops it, and starts it again under
 * the same name, which keeps the data; in the end it calls `removeStack`.
 */
export interface TestStack {
  baseUrl: string
  /** AWS_ENDPOINT_URL, MYSQL_*, OPENSEARCH_URL (empty if this machine has none), CHAT_OUTPUTS. */
  env: Record<string, string>
  /** Sends Ctrl-C; resolves with the exit code when everything has stopped. */
  stop(): Promise<number>
  /** kill -9 of one engine's main process. The stack then ends by itself: see `ended`. */
  kill(engine: 'aws' | 'mysql' | 'opensearch'): void
  /** Resolves with the exit code, whoever ended the stack. */
  ended: Promise<number>
  /** All that it has printed. */
  output(): string
}

const root = join(import.meta.dirname, '..', '..')
// The name has the id of this process. By that a later run sees that the stack is abandoned
// (infra-local/machine/leftovers.ts).
const stackName = (name: string) => `test-${process.pid}-${name}`
/** The folder of the data of a stack of this process. */
export const folderOf = (name: string) => join(root, '.local', stackName(name))

interface Ready {
  baseUrl: string
  env: Record<string, string>
  engines: Partial<Record<'aws' | 'mysql' | 'opensearch', number>>
}

/**
 * Starts the stack and waits until it is ready. `name` is short: small letters, digits, dashes.
 * Rejects with its output when it ends before that. The stack stops by itself when this process is
 * gone. `env` are more variables, as in `npm start`; `show` gets what it prints until it is ready.
 */
export async function startStack(
  name: string,
  env: Record<string, string> = {},
  show: (text: string) => void = () => undefined,
): Promise<TestStack> {
  const folder = folderOf(name)
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'start.log')
  rmSync(join(folder, 'ready.json'), { force: true }) // Of a start that was killed.
  const port = String(await freePort(30_000, 32_000))
  const child = spawnStart(log, { CHAT_STACK: stackName(name), PORT: port, ...env })
  const output = () => readFileSync(log, 'utf8')
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1))
  const ready = await untilReady(child, join(folder, 'ready.json'), output, show)
  return {
    baseUrl: ready.baseUrl,
    env: ready.env,
    stop: () => {
      child.kill('SIGINT')
      return ended
    },
    kill: (engine) => {
      const pid = ready.engines[engine]
      if (pid === undefined) throw new Error(`${engine} is not a process of this stack`)
      process.kill(pid, 'SIGKILL')
    },
    ended,
    output,
  }
}

function spawnStart(log: string, env: Record<string, string>): ChildProcess {
  const file = openSync(log, 'w', 0o600)
  // Engines of its own, even where this process has the addresses of another stack's.
  const {
    AWS_ENDPOINT_URL: _aws,
    MYSQL_URL: _mysql,
    OPENSEARCH_URL: _search,
    ...inherited
  } = process.env
  const child = spawn(process.execPath, [join(root, 'infra-local', 'start.mjs')], {
    env: { ...inherited, CHAT_STACK_PARENT: String(process.pid), ...env },
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  return child
}

async function untilReady(
  child: ChildProcess,
  file: string,
  output: () => string,
  show: (text: string) => void,
): Promise<Ready> {
  for (let shown = 0; !existsSync(file); await pause(100)) {
    const text = output()
    if (text.length > shown) show(text.slice(shown))
    shown = text.length
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the stack ended before it was ready:\n${text}`)
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Removes the data of a stack that is stopped. */
export const removeStack = (name: string): void =>
  rmSync(folderOf(name), { recursive: true, force: true, maxRetries: 3 })
