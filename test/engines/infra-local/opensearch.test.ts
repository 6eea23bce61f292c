import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { watchEngine } from '../../../infra-local/engines/engine.ts'
import { startOpenSearch } from '../../../infra-local/engines/opensearch.ts'
import { start } from '../../../infra-local/machine/processes.ts'
import { openStack } from '../../../infra-local/machine/stack.ts'

const stack = openStack(`test-${process.pid}-search`, new AbortController().signal)
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(stack.folder, { recursive: true, force: true })
})

/** A Java of version 21 that does nothing but this when it is to run a program. */
function stubJava(program: string): void {
  const home = join(stack.folder, 'jdk')
  mkdirSync(join(home, 'bin'), { recursive: true })
  const version = `[ "$1" = -version ] && { echo 'openjdk version "21.0.4"' >&2; exit 0; }`
  writeFileSync(join(home, 'bin', 'java'), `#!/bin/sh\n${version}\n${program}\n`)
  chmodSync(join(home, 'bin', 'java'), 0o755)
  vi.stubEnv('JAVA_HOME', home)
  vi.stubEnv('OPENSEARCH_URL', '')
}

test('an OpenSearch that does not start is left out, with the reason, and MySQL searches', async () => {
  stubJava('exit 7')
  const engine = await startOpenSearch(stack, false)
  expect(engine).toMatchObject({ url: '', running: undefined })
  expect(engine.chosen).toMatch(/^no OpenSearch, MySQL searches instead: .*\(exit code 7\)/)
  expect(stack.running.size).toBe(0)
})

test('an OpenSearch that ends later does not end the stack: it is said', async () => {
  const said: string[] = []
  const speaking = { ...stack, say: (line: string) => said.push(line) }
  mkdirSync(join(stack.folder, 'logs'), { recursive: true })
  mkdirSync(join(stack.folder, 'pids'), { recursive: true })
  const running = await start(speaking, {
    name: 'opensearch',
    command: 'sh',
    args: ['-c', 'exit 3'],
  })
  const failed = vi.fn()
  const without = 'MySQL searches until the next start'
  watchEngine(speaking, { name: 'OpenSearch', chosen: '', running, without }, failed)
  await running.ended
  await vi.waitFor(() => expect(said).toHaveLength(1))
  expect(said[0]).toMatch(
    /^OpenSearch ended by itself \(exit code 3\): MySQL searches until the next/,
  )
  expect(failed).not.toHaveBeenCalled()
})
