import { CannotStart } from '../machine/cannot-start.ts'
import { logFile } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'

/** What the supervisor knows of each engine. */
export interface Engine {
  name: 'AWS' | 'MySQL' | 'OpenSearch'
  /** What was chosen and why, one line. */
  chosen: string
  /** Undefined: it was there already, or is not used. */
  running: Running | undefined
  /** What happens without it. Unset: nothing works without it. */
  without?: string
}

/**
 * Waits for `ready`, but no longer than the engine's process lives: its end fails the start at
 * once, not after the time for `ready` is up. Throws CannotStart with the place of the log.
 */
export async function unlessItEnds(
  stack: Stack,
  name: string,
  running: Running,
  ready: Promise<void>,
): Promise<void> {
  const ended = running.ended.then((end) => {
    stack.signal.throwIfAborted()
    throw new CannotStart(`${name} ended while it started (${end}): see ${logFile(stack, name)}`)
  })
  await Promise.race([ready, ended])
}

/**
 * Calls `failed` with a CannotStart when the engine's process ends, whoever ended it. The end of an
 * engine that is not needed is only said.
 */
export function watchEngine(
  stack: Stack,
  engine: Engine,
  failed: (reason: CannotStart) => void,
): void {
  const { running } = engine
  if (!running) return
  void running.ended.then((end) => {
    const log = logFile(stack, running.name)
    const what = `${engine.name} ended by itself (${end})`
    if (engine.without === undefined)
      failed(new CannotStart(`${what}, so the rest is stopped; its log: ${log}`))
    else if (!stack.signal.aborted) stack.say(`${what}: ${engine.without}; its log: ${log}`)
  })
}
