import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { isStarted } from '../../../bin/cli/started.ts'

const project = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'chat-started-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
symlinkSync(project, join(folder, 'link'))

const read = (file: string) => readFileSync(join(project, file), 'utf8')
const {
  scripts,
  optionalDependencies,
}: Record<string, Record<string, string>> = JSON.parse(read('package.json'))
/** The files that the scripts of package.json start as commands. */
const commands = Object.values(scripts ?? {}).flatMap((script) => {
  const [, file] = /^node (\S+\.ts)$/.exec(script) ?? []
  return file === undefined ? [] : [file]
})

describe('a command', () => {
  test.each(commands)('%s does something when it is started, over a link too', async (file) => {
    const started = join(folder, 'link', file)
    const args = ['--disable-warning=ExperimentalWarning', started, '--help']
    const { stdout } = await promisify(execFile)('node', args, { cwd: project })
    expect(stdout).not.toBe('')
  })

  test('is not started by being imported', () => {
    expect(isStarted(import.meta)).toBe(false)
  })
})

test('nothing depends on import.meta.main, which the oldest Node of the packages has not', () => {
  expect(Object.values(optionalDependencies ?? {})).toContain('24.0.0')
  const files = globSync('{bin,lib,functions,infra-local,test,docs}/**/*.{ts,mjs}', {
    cwd: project,
  })
  const code = (file: string) => read(file).replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '')
  const marked = ['import', 'meta', 'main'].join('.')
  expect(files.filter((file) => code(file).includes(`${marked})`))).toEqual([])
})
