import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lackOfInstall, noteInstall } from '../../../infra-local/machine/installed.mjs'

const write = (file: string, content: unknown) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}

const elsewhere = process.platform === 'linux' ? 'darwin' : 'linux'
const lock = {
  packages: {
    '': { dependencies: { one: '1.0.0' }, devDependencies: { two: '2.0.0' } },
    'node_modules/one': { version: '1.0.0' },
    'node_modules/two': { version: '2.0.0', dev: true, bin: { two: 'two.js' } },
    'node_modules/two/node_modules/one': { version: '0.9.0', dev: true },
    'node_modules/here': { version: '3.0.0', optional: true, os: [process.platform] },
    'node_modules/there': { version: '3.0.0', optional: true, os: [elsewhere] },
    'node_modules/anywhere': { version: '3.0.0', optional: true },
  },
}

/** A project whose install is whole. */
function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'installed-'))
  write(join(root, 'package-lock.json'), lock)
  write(join(root, 'node_modules/.package-lock.json'), lock)
  for (const path of ['one', 'two', 'two/node_modules/one', 'here'])
    write(join(root, 'node_modules', path, 'package.json'), {
      version: lock.packages[`node_modules/${path}` as 'node_modules/one'].version,
    })
  write(join(root, 'node_modules/two/two.js'), 'two()')
  write(join(root, 'node_modules/one/index.js'), 'one')
  mkdirSync(join(root, 'node_modules/.bin'))
  symlinkSync('../two/two.js', join(root, 'node_modules/.bin/two'))
  noteInstall(root)
  return root
}

describe('an install', () => {
  it('is whole when each package has the version of the lock file', () => {
    expect(lackOfInstall(project())).toBeUndefined()
  })

  it('is whole whatever the times of the files are', () => {
    const root = project()
    const tomorrow = new Date(Date.now() + 86_400_000)
    utimesSync(join(root, 'package-lock.json'), tomorrow, tomorrow)
    expect(lackOfInstall(root)).toBeUndefined()
  })

  it.each([
    ['one', 'node_modules/one is missing'],
    ['two', 'node_modules/two is missing'],
    ['two/node_modules/one', 'node_modules/two/node_modules/one is missing'],
    ['here', 'node_modules/here is missing'],
    ['.bin', 'node_modules/.bin/two is missing'],
    ['two/two.js', 'node_modules/.bin/two is missing'],
    ['.package-lock.json', 'node_modules is missing, or was not finished'],
  ])('that lacks %s is not whole, and says so', (path, lack) => {
    const root = project()
    rmSync(join(root, 'node_modules', path), { recursive: true })
    expect(lackOfInstall(root)).toBe(lack)
  })

  it('is not whole when a package has another version, or half a file', () => {
    const root = project()
    write(join(root, 'node_modules/one/index.js'), 'on')
    expect(lackOfInstall(root)).toBe('node_modules/one/index.js has 2 bytes, not 3')
    write(join(root, 'node_modules/one/package.json'), { version: '1.0.1' })
    expect(lackOfInstall(root)).toBe('node_modules/one is 1.0.1, not 1.0.0')
    write(join(root, 'node_modules/one/package.json'), '{"version":')
    expect(lackOfInstall(root)).toBe('node_modules/one is missing')
  })

  it('by hand is whole, too, though nothing is known of its files', () => {
    const root = project()
    rmSync(join(root, 'node_modules/.files.json'))
    expect(lackOfInstall(root)).toBeUndefined()
  })
})
