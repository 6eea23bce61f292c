import type { Engine } from './engines/engine.ts'
import { writePrivate } from './machine/private-file.ts'
import { readyFile, type Stack } from './machine/stack.ts'

/**
 * Writes `ready.json` into the stack's folder, for tests and tools that wait for it: the base
 * address, the supervisor's process id, those of the engines by their names, and the variables by
 * which code reaches this stack. These have passwords: only its owner may read the file.
 */
export function announceReady(
  stack: Stack,
  baseUrl: string,
  engines: Engine[],
  env: Record<string, string>,
): void {
  const pids = engines.flatMap(({ running }) => (running ? [[running.name, running.pid]] : []))
  const ready = { baseUrl, pid: process.pid, engines: Object.fromEntries(pids), env }
  writePrivate(readyFile(stack), JSON.stringify(ready))
}
