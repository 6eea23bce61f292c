import { rmSync } from 'node:fs'
import { removeContainers } from './engines/docker.ts'
import type { Front } from './front/front.ts'
import { Interrupted } from './machine/cannot-start.ts'
import { readyFile, type Stack } from './machine/stack.ts'

const drainMs = 12_000
const wholeMs = 19_000

/**
 * Stops all of the stack, in 20 s at most, in this order: refuses new requests and waits for those
 * in flight; stops the AWS endpoint, which saves its state; stops the stores, which the endpoint's
 * functions may have used until then; removes the containers. When the reason is a failure, it does
 * not wait for requests. Never throws: the rest is stopped whatever fails.
 */
export async function stopStack(
  stack: Stack,
  front: Front | undefined,
  docker: boolean,
): Promise<void> {
  const end = Date.now() + wholeMs
  rmSync(readyFile(stack), { force: true })
  if (stack.running.size > 0) stack.say('stopping')
  await front?.drain(stack.signal.reason instanceof Interrupted ? drainMs : 0)
  await front?.close()
  const aws = [...stack.running].filter((running) => running.name === 'aws')
  await Promise.allSettled(aws.map((running) => running.stop(end - Date.now() - 3_000)))
  await Promise.allSettled([...stack.running].map((running) => running.stop(end - Date.now())))
  if (!docker) return
  const unaborted = { ...stack, signal: AbortSignal.timeout(10_000) }
  await removeContainers(unaborted, false).catch((error: unknown) => stack.say(String(error)))
}
