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
}

/**
 * Waits until the engine answers; one that ends meanwhile is told at once, not after the time is
 * up. Throws CannotStart with the log's place.
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
