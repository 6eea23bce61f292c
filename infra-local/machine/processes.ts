import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CannotStart } from './cannot-start.ts'
import { childEnvironment } from './environment.mjs'
import { endGroup, markOf } from './process-group.ts'
import type { Running, Stack } from './stack.ts'

export interface Command {
  /** The name of its log file and its pid file. */
  name: string
  command: string
  args: string[]
  /** Unset: childEnvironment(). Never this process's own. */
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Gets each line of output, which goes to the log file too. */
  onLine?: (line: string) => void
}

export const logFile = (stack: Pick<Stack, 'folder'>, name: string) =>
  join(stack.folder, 'logs', `${name}.log`)

/**
 * Starts a process of the stack in a process group of its own, with its output in its log file and
 * its id in its pid file. Throws the error of spawn (ENOENT).
 */
export async function start(stack: Stack, what: Command): Promise<Running> {
  stack.signal.throwIfAborted()
  const log = openSync(logFile(stack, what.name), 'w')
  const out = what.onLine ? 'pipe' : log
  const child = spawn(what.command, what.args, {
    cwd: what.cwd ?? stack.folder,
    env: { ...(what.env ?? childEnvironment()), ...markOf(stack.folder) },
    detached: true,
    stdio: ['ignore', out, out],
  })
  child.once('close', () => closeSync(log))
  if (what.onLine) follow(child, log, what.onLine)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  const pidFile = join(stack.folder, 'pids', what.name)
  const running: Running = {
    name: what.name,
    pid: child.pid ?? 0,
    ended,
    stop: async (graceMs) => {
      await endGroup(running.pid, graceMs)
      rmSync(pidFile, { force: true })
      stack.running.delete(running)
    },
  }
  // In the same turn of the event loop as the spawn: whoever stops the stack from now on finds it.
  if (child.pid !== undefined) {
    stack.running.add(running)
    writeFileSync(pidFile, String(child.pid))
  }
  await spawned(child)
  return running
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', resolve)
  })
}

/** A line that cannot be written (the disk is full) is left out: no log is worth a process. */
function writeAnyway(log: number, text: string): void {
  try {
    writeSync(log, text)
  } catch {
    // Nothing to do about it here, and nowhere to say it: the lines are shown, too.
  }
}

function follow(child: ChildProcess, log: number, onLine: (line: string) => void) {
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      writeAnyway(log, `${line}\n`)
      onLine(line)
    })
  }
}

/**
 * Runs a command to its end, its output in its log file. When the stack is to stop, the command is
 * ended with its whole group. Returns the output. Throws CannotStart, with the reason from the
 * output and with `advice`, when the command fails or does not exist.
 */
export async function run(stack: Stack, what: Command & { advice: string }): Promise<string> {
  const running = await start(stack, what).catch((cause: unknown) => {
    stack.signal.throwIfAborted()
    throw new CannotStart(`${what.command} cannot be run: ${what.advice}`, { cause })
  })
  const abort = () => void running.stop(2_000)
  stack.signal.addEventListener('abort', abort)
  const end = await running.ended
  stack.signal.removeEventListener('abort', abort)
  await running.stop(500)
  stack.signal.throwIfAborted()
  const output = readFileSync(logFile(stack, what.name), 'utf8')
  if (end === 'exit code 0') return output
  throw new CannotStart(
    `${what.name} failed (${end}): ${reasonIn(output)}\n  its output: ${logFile(stack, what.name)}\n  ${what.advice}`,
  )
}

/** The last line that names an error, for Node prints more below it; else the last line. */
function reasonIn(output: string): string {
  const lines = output.trim().split('\n')
  return lines.findLast((line) => /^\s*(\w*Error\b|error:)/i.test(line)) ?? lines.at(-1) ?? ''
}
