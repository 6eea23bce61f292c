import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../infra-local/machine/free-ports.ts'

/**
 * A local stack of a test's own, by the real `npm start`: on free ports, with data of its own,
 * beside any other. Most tests need none: `npm test` starts one for all and tells it by
 * CHAT_BASE_URL, AWS_ENDPOINT_URL, CHAT_OUTPUTS and the variables of functions/clients/env.ts. One
 * of its own is for a test that stops, restarts or kills: start it, stop it, start it again with
 * the same name, and the data are kept; at last `removeStack`.
 */
export interface TestStack {
  baseUrl: string
  /** AWS_ENDPOINT_URL, MYSQL_*, OPENSEARCH_URL (empty: none on this machine), CHAT_OUTPUTS. */
  env: Record<string, string>
  /** Ctrl-C; resolves with the exit code when all is down. */
  stop(): Promise<number>
  /** kill -9 of one engine's main process. The stack then ends by itself: `ended`. */
  kill(engine: 'aws' | 'mysql' | 'opensearch'): void
  /** Resolves with the exit code, whoever ended it. */
  ended: Promise<number>
  /** All it has printed. */
  output(): string
}

const root = join(import.meta.dirname, '..', '..')
// With the id of this process, by which a later run knows that it is abandoned
// (infra-local/machine/leftovers.ts).
const stackName = (name: string) => `test-${process.pid}-${name}`
const folderOf = (name: string) => join(root, '.local', stackName(name))

interface Ready {
  baseUrl: string
  env: Record<string, string>
  engines: Partial<Record<'aws' | 'mysql' | 'opensearch', number>>
}

/**
 * Starts it and waits until it is ready. `name` is short: small letters, digits, dashes. Rejects,
 * with what it printed, when it ends before. It stops by itself when this process goes away. `env`
 * are more variables, as in `npm start`; `tell` gets what it prints until then.
 */
export async function startStack(
  name: string,
  env: Record<string, string> = {},
  tell: (text: string) => void = () => undefined,
): Promise<TestStack> {
  const folder = folderOf(name)
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'start.log')
  rmSync(join(folder, 'ready.json'), { force: true }) // Of a start that was killed.
  const port = String(await freePort(30_000, 32_000))
  const child = spawnStart(log, { CHAT_STACK: stackName(name), PORT: port, ...env })
  const output = () => readFileSync(log, 'utf8')
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1))
  const ready = await untilReady(child, join(folder, 'ready.json'), output, tell)
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
  const file = openSync(log, 'w')
  // Engines of its own, even where this process was told the addresses of another stack's.
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
  tell: (text: string) => void,
): Promise<Ready> {
  for (let told = 0; !existsSync(file); await pause(100)) {
    const text = output()
    if (text.length > told) tell(text.slice(told))
    told = text.length
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the stack ended before it was ready:\n${text}`)
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Removes the data of a stack that is stopped. */
export const removeStack = (name: string): void =>
  rmSync(folderOf(name), { recursive: true, force: true, maxRetries: 3 })
