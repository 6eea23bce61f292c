import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { projectRoot } from './plain-root.mjs'

const local = join(projectRoot, '.local')
/** Downloads, shared by all stacks. */
export const cache = join(local, 'cache')

/**
 * A long-running process of a stack. It has a process group of its own, so Ctrl-C in the terminal
 * does not reach it.
 */
export interface Running {
  name: string
  pid: number
  /** Resolves with how it ended ("exit code 1", "signal SIGKILL"), whoever ended it. */
  ended: Promise<string>
  /** Ends its group within about `graceMs`. */
  stop: (graceMs: number) => Promise<void>
}

/**
 * A local stack: its name, its folder of data, logs and pid files, and the signal that ends its
 * start early.
 */
export interface Stack {
  name: string
  folder: string
  /** Aborted when the stack is to stop. Whatever takes time listens to it. */
  signal: AbortSignal
  /** All that was started and is not yet stopped. */
  running: Set<Running>
  say: (line: string) => void
}

/**
 * The stack of this name; makes its folder. A name is what a folder, a cluster and a compose
 * project may all be called. Throws CannotStart for any other.
 */
export function openStack(name: string, signal: AbortSignal): Stack {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || name === 'cache')
    throw new CannotStart(
      `CHAT_STACK is ${JSON.stringify(name)}: take small letters, digits and dashes`,
    )
  const folder = join(local, name)
  makeFolder(local)
  makeFolder(folder)
  // Passwords, keys and messages are below it, whatever the modes of the files: databases and
  // packers set their own.
  chmodSync(folder, 0o700)
  makeFolder(join(folder, 'pids'))
  makeFolder(join(folder, 'logs'))
  return { name, folder, signal, running: new Set(), say: (line) => console.log(line) }
}

/** By itself, because `recursive` hides why it fails: on a read-only disk it says ENOENT. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder)
}

/** The file that only the one running supervisor of a stack holds (lock.mjs). */
export const lockFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'lock')
/** What the supervisor writes when the stack is ready (ready-file.ts). */
export const readyFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'ready.json')
