import { rmSync } from 'node:fs'
import { dockerRuns, removeContainers } from './engines/docker.ts'
import { CannotStart } from './machine/cannot-start.ts'
import { fileFault } from './machine/file-fault.mjs'
import { reclaim } from './machine/leftovers.ts'
import { tryLock } from './machine/lock.mjs'
import { lockFile, openStack } from './machine/stack.ts'

// `npm run reset`: ends what a killed start left running, then removes the data of the stack.
// Downloads stay.
let lock: ReturnType<typeof tryLock> | undefined
try {
  const stack = openStack(process.env.CHAT_STACK || 'dev', new AbortController().signal)
  lock = tryLock(lockFile(stack))
  if (!lock.release)
    throw new CannotStart(`the stack "${stack.name}" runs as process ${lock.pid}: stop it first`)
  await reclaim(stack.folder)
  if (await dockerRuns()) await removeContainers(stack, true)
  rmSync(stack.folder, { recursive: true, force: true })
  console.log(`the data of the stack "${stack.name}" are removed`)
} catch (error) {
  const line = error instanceof CannotStart ? error.message : fileFault(error)
  if (line === undefined) throw error
  console.error(line)
  process.exitCode = 1
} finally {
  lock?.release?.()
}
