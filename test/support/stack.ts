import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../infra-local/ports.ts'

/**
 * A local stack of a test's own, by the real `npm start`: on free ports, with its data in .local/<name>, beside any
 * other. Most tests need none: `npm test` starts one for all and tells it by CHAT_BASE_URL, AWS_ENDPOINT_URL,
 * CHAT_OUTPUTS and the variables of functions/clients/env.ts. One of its own is for a test that stops, restarts or
 * kills: start it, stop it, start it again with the same name, and the data are kept; at last `removeStack`.
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
const folderOf = (name: string) => join(root, '.local', name)

interface Ready {
  baseUrl: string
  env: Record<string, string>
  engines: Partial<Record<'aws' | 'mysql' | 'opensearch', number>>
}

/**
 * Starts it and waits until it is ready. Rejects, with what it printed, when it ends before. It stops by itself when
 * this process goes away. `env` are more variables, as in `npm start`.
 */
export async function startStack(name: string, env: Record<string, string> = {}): Promise<TestStack> {
  const folder = folderOf(name)
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'start.log')
  rmSync(join(folder, 'ready.json'), { force: true }) // Of a start that was killed.
  const child = spawnStart(log, { CHAT_STACK: name, PORT: String(await freePort(30_000, 32_000)), ...env })
  const output = () => readFileSync(log, 'utf8')
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1))
  const ready = await untilReady(child, join(folder, 'ready.json'), output)
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
  const { AWS_ENDPOINT_URL: _aws, MYSQL_URL: _mysql, OPENSEARCH_URL: _search, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'infra-local', 'start.mjs')], {
    env: { ...inherited, CHAT_STACK_PARENT: String(process.pid), ...env },
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  return child
}

async function untilReady(child: ChildProcess, file: string, output: () => string): Promise<Ready> {
  while (!existsSync(file)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the stack ended before it was ready:\n${output()}`)
    await pause(100)
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Removes the data of a stack that is stopped. */
export const removeStack = (name: string): void =>
  rmSync(folderOf(name), { recursive: true, force: true, maxRetries: 3 })
