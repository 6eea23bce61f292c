import { renameSync, writeFileSync } from 'node:fs'
import type { Engine } from './engines/engine.ts'
import { readyFile, type Stack } from './machine/stack.ts'

/**
 * Writes `ready.json` into the stack's folder, for tests and tools that wait for it: the base
 * address, the supervisor's process id, those of the engines by their names, and the variables by
 * which code reaches this stack. It appears by a rename, so that nobody reads half of it.
 */
export function announceReady(
  stack: Stack,
  baseUrl: string,
  engines: Engine[],
  env: Record<string, string>,
): void {
  const pids = engines.flatMap(({ running }) => (running ? [[running.name, running.pid]] : []))
  const ready = { baseUrl, pid: process.pid, engines: Object.fromEntries(pids), env }
  writeFileSync(`${readyFile(stack)}.half`, JSON.stringify(ready))
  renameSync(`${readyFile(stack)}.half`, readyFile(stack))
}
