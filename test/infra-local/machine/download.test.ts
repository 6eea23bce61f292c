import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CannotStart } from '../../../infra-local/machine/cannot-start.ts'
import { cached, type Download, maven } from '../../../infra-local/machine/download.ts'
import { cache, type Stack } from '../../../infra-local/machine/stack.ts'

const names: string[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const name of names.splice(0)) rmSync(join(cache, name), { recursive: true, force: true })
})

/** A download that counts how often it was made, and what was said. */
function download(more: Partial<Download> = {}) {
  const name = `unit-${randomUUID()}`
  names.push(name)
  const said: string[] = []
  const stack: Stack = {
    name: 'unit',
    folder: cache,
    signal: new AbortController().signal,
    running: new Set(),
    say: (line) => said.push(line),
  }
  let made = 0
  const make = async (folder: string) => {
    made++
    mkdirSync(join(folder, 'lib'))
    writeFileSync(join(folder, 'lib', 'jar'), 'whole')
    symlinkSync('jar', join(folder, 'lib', 'link'))
    mkdirSync(join(folder, '__pycache__'))
    writeFileSync(join(folder, '__pycache__', 'x.pyc'), 'x')
  }
  const get = () => cached(stack, { name, what: 'making it', megabytes: 1, make, ...more })
  return { get, said, made: () => made, folder: join(cache, name) }
}

describe('a download', () => {
  it('is made once, and found whole by the next start', async () => {
    const { get, made, folder, said } = download()
    expect(await get()).toBe(folder)
    expect(await get()).toBe(folder)
    expect({ made: made(), said }).toEqual({ made: 1, said: ['  making it'] })
  })

  it.each([
    ['a file is missing', 'lib/jar is missing', (at: string) => rmSync(join(at, 'lib/jar'))],
    [
      'a file is cut',
      'lib/jar has 2 bytes, not 5',
      (at: string) => writeFileSync(join(at, 'lib/jar'), 'wh'),
    ],
    [
      'a folder is gone',
      'lib/jar is missing',
      (at: string) => rmSync(join(at, 'lib'), { recursive: true }),
    ],
    [
      'a link leads nowhere',
      'lib/link is missing',
      (at: string) => {
        rmSync(join(at, 'lib/link'))
        symlinkSync('gone', join(at, 'lib/link'))
      },
    ],
  ])('of which %s is made again by the next start, which says why', async (_, why, harm) => {
    const { get, made, folder, said } = download()
    harm(await get())
    await get()
    expect(made()).toBe(2)
    expect(said.join('\n')).toContain(`is not whole (${why}): it is fetched again`)
    expect(readFileSync(join(folder, 'lib/link'), 'utf8')).toBe('whole')
  })

  it('that programs have written caches into is whole', async () => {
    const { get, made, folder } = download()
    await get()
    rmSync(join(folder, '__pycache__'), { recursive: true })
    await get()
    expect(made()).toBe(1)
  })

  it('that says it is another version is made again', async () => {
    let answers = ['it is 1, not 2', undefined, undefined]
    const { get, made, said } = download({ ask: async () => answers.shift() })
    answers = [undefined, 'it is 1, not 2', 'it is 1, not 2', undefined]
    await get()
    await get()
    expect(made()).toBe(2)
    expect(said.join('\n')).toContain('is not whole (it is 1, not 2)')
  })

  it('without a manifest is asked what it is, and is taken over if it is right', async () => {
    const asked: boolean[] = []
    const { get, made, folder } = download({
      ask: async (_, known) => {
        asked.push(known)
        return undefined
      },
    })
    mkdirSync(folder, { recursive: true })
    await get()
    await get()
    expect({ made: made(), asked }).toEqual({ made: 0, asked: [false, true] })
  })

  it('without a manifest that cannot say what it is is made again', async () => {
    const { get, made, folder, said } = download()
    mkdirSync(folder, { recursive: true })
    await get()
    expect({ made: made(), said: said[0] }).toEqual({
      made: 1,
      said: expect.stringContaining('(it has no list of its files)'),
    })
  })

  it('that is of no use fails in words, and leaves nothing that a later start would take', async () => {
    const { get, folder } = download({ ask: async () => 'mysqld says no version' })
    await expect(get()).rejects.toThrow('of no use: mysqld says no version')
    expect(existsSync(folder)).toBe(false)
  })

  it('for which the disk has too little room is not begun', async () => {
    const { get, made } = download({ megabytes: 1e9 })
    await expect(get()).rejects.toThrow(/making it needs 1000000000 MB, and \d+ MB are free/)
    expect(made()).toBe(0)
  })
})

describe('what Maven brings', () => {
  /** An `mvn` that writes `half` while it uses the person's own repository, else `whole`. */
  async function fetched(own: string): Promise<{ content: string; said: string[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'maven-'))
    mkdirSync(join(folder, 'logs'))
    mkdirSync(join(folder, 'pids'))
    const content = `case "$*" in *-Dmaven.repo.local=*) echo whole;; *) echo ${own};; esac`
    writeFileSync(join(folder, 'mvn'), `#!/bin/sh\n{ ${content}; } > jar\n`, { mode: 0o755 })
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    const said: string[] = []
    const { signal } = new AbortController()
    const say = (line: string) => said.push(line)
    const stack: Stack = { name: 'unit', folder, signal, running: new Set(), say }
    const read = () => readFileSync(join(folder, 'jar'), 'utf8').trim()
    await maven(stack, 'jar-download', ['dependency:copy'], folder, async () => {
      if (read() !== 'whole') throw new CannotStart('the jar is damaged')
    })
    return { content: read(), said }
  }

  it('is taken from the person’s own repository if it is whole there', async () => {
    expect(await fetched('whole')).toEqual({ content: 'whole', said: [] })
  })

  it('is fetched with an empty repository if the person’s own has half of it', async () => {
    expect(await fetched('half')).toEqual({
      content: 'whole',
      said: ['  jar-download: once more, with an empty Maven repository'],
    })
  })
})
