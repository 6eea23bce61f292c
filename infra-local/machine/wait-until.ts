import { setTimeout as pause } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'
import type { Stack } from './stack.ts'

/**
 * Calls `isReady` until it returns true, and every few seconds prints what it waits for. A throw of
 * `isReady` means "not yet". Throws CannotStart after `seconds`, with the last throw as its cause,
 * and the stack's abort reason.
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

/** Runs `work`, and every five seconds prints that it still does. */
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
