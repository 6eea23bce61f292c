import { setTimeout as pause } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'
import type { Stack } from './stack.ts'

/**
 * Asks `isReady` until it answers true, says every few seconds for what. A throw of `isReady` means
 * "not yet"; the last one is the cause of the CannotStart after `seconds`. Throws the stack's abort
 * reason.
 */
export async function waitUntil(
  stack: Stack,
  what: string,
  seconds: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let last: unknown
  await withProgress(stack, `waiting for ${what}`, async () => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      try {
        if (await isReady()) return
      } catch (error) {
        last = error
      }
      await pause(200, undefined, { signal: stack.signal })
    }
    const why = last instanceof Error ? `: ${last.message}` : ''
    throw new CannotStart(`${what} is not ready after ${seconds} s${why}`, { cause: last })
  })
}

/** Runs `work`; from the fifth second on says every five seconds that it still does. */
export async function withProgress<T>(
  stack: Stack,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now()
  const timer = setInterval(() => {
    stack.say(`  ${what} (${Math.round((Date.now() - start) / 1000)} s)`)
  }, 5_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
