import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { removeAbandoned } from '../../infra-local/machine/leftovers.ts'
import { projectRoot } from '../../infra-local/machine/plain-root.mjs'
import { removeStack, startStack, type TestStack } from './stack.ts'

/** How long work may take to end by itself after Ctrl-C. */
const graceMs = 20_000

/**
 * For commands: starts a local stack, printing what it says, runs `work` with it, and stops and
 * removes it. `work` gets a signal that is aborted by Ctrl-C, upon which it ends as soon as it can.
 * Returns its exit code, 130 after Ctrl-C. Rejects as `work` does.
 */
export async function withOwnStack(
  name: string,
  env: Record<string, string>,
  work: (stack: TestStack, interrupted: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupted = new AbortController()
  const late = Promise.withResolvers<number>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      interrupted.abort()
      void pause(graceMs, undefined, { ref: false }).then(() => late.resolve(130))
    })
  let stack: TestStack | undefined
  try {
    await removeAbandoned(join(projectRoot, '.local'))
    console.log('starting a stack of its own')
    stack = await startStack(name, env, (text) => process.stdout.write(text))
    const code = await Promise.race([work(stack, interrupted.signal), late.promise])
    return interrupted.signal.aborted ? 130 : code
  } finally {
    await stack?.stop()
    removeStack(name)
  }
}
