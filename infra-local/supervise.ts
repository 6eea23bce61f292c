import { setMaxListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dockerRuns } from './engines/docker.ts'
import { type Engine, watchEngine } from './engines/engine.ts'
import { type Front, listen } from './front/front.ts'
import { guestsOf } from './front/intrusion.ts'
import { CannotStart, Interrupted } from './machine/cannot-start.ts'
import { fileFault } from './machine/file-fault.mjs'
import { reclaim } from './machine/leftovers.ts'
import { tryLock } from './machine/lock.mjs'
import { whenProcessEnds } from './machine/parent-process.ts'
import { lackOfRoom } from './machine/room.mjs'
import { lockFile, openStack, type Stack } from './machine/stack.ts'
import { stopStack } from './stop-stack.ts'

/** What the work gets from its supervisor. */
interface Supervised {
  stack: Stack
  /** Whether a Docker engine runs here and is to be used. */
  docker: boolean
  front: Front
  /** Ends the stack, with the engine's name, when the engine ends. */
  watch: (engine: Engine) => void
}

type Work = (supervised: Supervised) => Promise<void>

/**
 * Runs `work` for the stack of the environment (CHAT_STACK, PORT), then waits for a signal or for
 * the end of an engine, stops all, and exits: with 0 after Ctrl-C, with 130 if Ctrl-C came before
 * the work was done, with 1 and a line about the reason when something went wrong.
 */
export async function supervise(work: Work): Promise<never> {
  process.umask(0o077) // Also for all that is started: what it writes is for its owner alone.
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const interrupt = () => stop.abort(new Interrupted())
  // The listeners stay: a second Ctrl-C during the stop must not end this process before its
  // children.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  // Writing fails once the terminal is gone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const parent = Number(process.env.CHAT_STACK_PARENT)
  if (parent) whenProcessEnds(parent, interrupt)
  try {
    const stack = openStack(process.env.CHAT_STACK || 'dev', stop.signal)
    const reason = await alone(stack, () => runUntilStopped(stack, stop, work))
    process.exit(exitCodeFor(reason))
  } catch (error) {
    process.exit(exitCodeFor(error))
  }
}

/** Prints the reason, unless it was Ctrl-C; returns the exit code. */
function exitCodeFor(reason: unknown): number {
  if (reason instanceof Interrupted) return reason.ready ? 0 : 130
  const line = reason instanceof CannotStart ? reason.message : fileFault(reason)
  console.error(line === undefined ? reason : `\n${line}`)
  return 1
}

/** Runs `work` as the only supervisor of the stack. Throws CannotStart when there is another. */
async function alone<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  const lock = tryLock(lockFile(stack))
  if (!lock.release)
    throw new CannotStart(
      `the stack "${stack.name}" runs already, as process ${lock.pid}: stop that one first`,
    )
  try {
    for (const name of await reclaim(stack.folder))
      stack.say(`stopped ${name}, left over from a start that was killed`)
    return await work()
  } finally {
    lock.release()
  }
}

/** Returns the reason why it ended: an Interrupted, or what went wrong. */
async function runUntilStopped(stack: Stack, stop: AbortController, work: Work): Promise<unknown> {
  const port = portOf(process.env.PORT)
  checkRoom(stack)
  let front: Front | undefined
  let docker = false
  const failed = (error: unknown) => stop.abort(error)
  process.on('uncaughtException', failed)
  try {
    const say = (line: string) => stack.say(line)
    front = await listen(port, { guests: guestsOf(process.env), log: say, say })
    docker = await dockerRuns()
    const watch = (engine: Engine) => watchEngine(stack, engine, failed)
    await Promise.race([work({ stack, docker, front, watch }), untilAborted(stop.signal)])
    await untilAborted(stop.signal, true)
  } catch (error) {
    stop.abort(error) // Has no effect, and loses nothing, if the error is the abort itself.
  } finally {
    await stopStack(stack, front, docker)
  }
  return stop.signal.reason
}

/** A new stack takes 300 MB, and the endpoint accepts nothing with less than 100 MB left. */
function checkRoom({ name, folder }: Stack): void {
  const needed = existsSync(join(folder, 'mysql')) ? 150 : 450
  const lack = lackOfRoom(folder, needed, `the stack "${name}"`)
  if (lack) throw new CannotStart(lack)
}

function portOf(text: string | undefined): number {
  const port = Number(text || 3000)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new CannotStart(`PORT is ${JSON.stringify(text)}: a port is a number from 1 to 65535`)
}

/** Rejects with the reason of the abort; an Interrupted learns whether all was `ready`. */
function untilAborted(signal: AbortSignal, ready = false): Promise<never> {
  return new Promise((_, reject) => {
    const ended = () => {
      if (signal.reason instanceof Interrupted) signal.reason.ready = ready
      reject(signal.reason)
    }
    if (signal.aborted) ended()
    else signal.addEventListener('abort', ended, { once: true })
  })
}
