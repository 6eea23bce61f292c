import { rmSync, symlinkSync } from 'node:fs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CannotStart } from '../../../infra-local/machine/cannot-start.ts'
import { logFile, run, start } from '../../../infra-local/machine/processes.ts'
import { openStack } from '../../../infra-local/machine/stack.ts'

const stack = openStack(`test-${process.pid}-processes`, new AbortController().signal)
afterAll(() => rmSync(stack.folder, { recursive: true, force: true }))

const node = (script: string) =>
  run(stack, { name: 'node', command: process.execPath, args: ['-e', script], advice: 'mend it' })

describe('a command of the start', () => {
  it('returns what it printed', async () => {
    expect(await node('console.log("one"); console.error("two")')).toBe('one\ntwo\n')
  })

  it('fails with the line that names the error, the advice, and where its output is', async () => {
    const failing = node('console.log("fine"); throw new TypeError("what broke")')
    await expect(failing).rejects.toThrow(CannotStart)
    await expect(failing).rejects.toThrow(/TypeError: what broke\n[\s\S]*node\.log\n {2}mend it/)
  })

  it('fails with its last line where no line names an error', async () => {
    const failing = node('console.log("first"); console.log("out of disk"); process.exit(3)')
    await expect(failing).rejects.toThrow(/exit code 3\): out of disk/)
  })

  it.runIf(process.platform === 'linux')('goes on when its log cannot be written', async () => {
    symlinkSync('/dev/full', logFile(stack, 'chatty'))
    const lines: string[] = []
    const script = 'console.log(1); console.error(2); console.log(3)'
    const args = ['-e', script]
    const onLine = (line: string) => lines.push(line)
    const { ended } = await start(stack, {
      name: 'chatty',
      command: process.execPath,
      args,
      onLine,
    })
    expect(await ended).toBe('exit code 0')
    await vi.waitFor(() => expect(lines.toSorted()).toEqual(['1', '2', '3']))
  })

  it('fails with the advice where there is no such command', async () => {
    const absent = run(stack, { name: 'x', command: 'no-such-command', args: [], advice: 'get it' })
    await expect(absent).rejects.toThrow('no-such-command cannot be run: get it')
  })
})
