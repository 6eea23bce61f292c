import { setMaxListeners } from 'node:events'
import { dockerAnswers } from './engines/docker.ts'
import type { Engine } from './engines/engine.ts'
import { type Front, listen } from './front/front.ts'
import { CannotStart, Interrupted } from './machine/cannot-start.ts'
import { reclaim } from './machine/leftovers.ts'
import { identityOf, tryLock } from './machine/lock.mjs'
import { logFile } from './machine/processes.ts'
import { lockFile, openStack, type Stack } from './machine/stack.ts'
import { takeDown } from './take-down.ts'

export interface Supervised {
  stack: Stack
  docker: boolean
  base: string
  front: Front
  /** Ends the stack, with the engine's name, when the engine ends. */
  watch: (engine: Engine) => void
}

/**
 * Runs `story` for the stack of the environment (CHAT_STACK, PORT), then waits for a signal or the
 * death of an engine, stops all and exits: 0 after Ctrl-C, 130 if it came before the story's end, 1
 * with one line for what went wrong.
 */
export async function supervise(story: (supervised: Supervised) => Promise<void>): Promise<never> {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const interrupt = () => stop.abort(new Interrupted())
  // Listening stays on: a second Ctrl-C while all stops must not end this process before its
  // children.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined) // The terminal is gone.
  endWithParent(interrupt)
  try {
    const stack = openStack(process.env.CHAT_STACK || 'dev', stop.signal)
    const reason = await alone(stack, () => runToEnd(stack, stop, story))
    process.exit(told(reason))
  } catch (error) {
    process.exit(told(error))
  }
}

/** Prints what there is to say, answers the exit code. */
function told(reason: unknown): number {
  if (reason instanceof Interrupted) return reason.ready ? 0 : 130
  console.error(reason instanceof CannotStart ? `\n${reason.message}` : reason)
  return 1
}

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

/** Answers why it ended. */
async function runToEnd(
  stack: Stack,
  stop: AbortController,
  story: (supervised: Supervised) => Promise<void>,
): Promise<unknown> {
  const port = portOf(process.env.PORT)
  let front: Front | undefined
  let docker = false
  const failed = (error: unknown) => stop.abort(error)
  process.on('uncaughtException', failed)
  try {
    front = await listen(port, (line) => stack.say(line))
    docker = await dockerAnswers()
    const watch = (engine: Engine) => watchOver(engine, stack, stop)
    const base = `http://localhost:${port}`
    await Promise.race([story({ stack, docker, base, front, watch }), untilAborted(stop.signal)])
    await untilAborted(stop.signal, true)
  } catch (error) {
    stop.abort(error) // Has no effect, and loses nothing, if the error is the abort itself.
  } finally {
    await takeDown(stack, front, docker)
  }
  return stop.signal.reason
}

function portOf(text: string | undefined): number {
  const port = Number(text || 3000)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new CannotStart(`PORT is ${JSON.stringify(text)}: a port is a number from 1 to 65535`)
}

/** Rejects with the reason of the abort. */
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

function watchOver(engine: Engine, stack: Stack, stop: AbortController): void {
  const { running } = engine
  if (!running) return
  void running.ended.then((end) => {
    const log = logFile(stack, running.name)
    stop.abort(
      new CannotStart(
        `${engine.name} ended by itself (${end}), so the rest is stopped; its log: ${log}`,
      ),
    )
  })
}

/** A test that is killed cannot stop its stack: the stack looks after it. */
function endWithParent(interrupt: () => void): void {
  const parent = Number(process.env.CHAT_STACK_PARENT)
  if (!parent) return
  const identity = identityOf(parent)
  setInterval(() => {
    if (identityOf(parent) !== identity) interrupt()
  }, 1_000).unref()
}
