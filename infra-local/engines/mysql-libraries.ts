import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached } from '../machine/download.ts'
import { downloadEnvironment } from '../machine/environment.mjs'
import { run } from '../machine/processes.ts'
import type { Stack } from '../machine/stack.ts'

// What mysqld links to and slim systems lack. Debian 13 and Ubuntu 24.04 have renamed the package
// libaio1 and its file (for 64-bit time).
const libraries = [
  { file: 'libaio.so.1', packages: ['libaio1', 'libaio1t64'] },
  { file: 'libnuma.so.1', packages: ['libnuma1'] },
]
type Library = (typeof libraries)[number]
const places = [
  'usr/lib/x86_64-linux-gnu',
  'lib/x86_64-linux-gnu',
  'usr/lib64',
  'lib64',
  'usr/lib',
  'lib',
]
const advice =
  'install them yourself (Debian: apt-get install libaio1 libnuma1, newer ones: libaio1t64 libnuma1)'

/**
 * The folder of the libraries that the system lacks, for LD_LIBRARY_PATH. They are from Debian
 * packages, which are unpacked without root. Undefined if it lacks none. Throws CannotStart where
 * that does not work.
 */
export async function missingLibraries(stack: Stack): Promise<string | undefined> {
  const missing = libraries.filter(
    ({ file }) => !places.some((place) => existsSync(join('/', place, file))),
  )
  if (missing.length === 0) return undefined
  const names = missing.map(({ file }) => file).join('-')
  const folder = await cached(stack, {
    name: `mysql-${names}`,
    what: `fetching ${names} for MySQL`,
    megabytes: 100,
    make: async (half) => {
      mkdirSync(join(half, 'found'))
      for (const library of missing) await unpack(stack, library, half)
    },
    ask: async (folder) =>
      missing.find(({ file }) => !existsSync(join(folder, 'found', file)))?.file,
  })
  return join(folder, 'found')
}

async function unpack(stack: Stack, library: Library, half: string): Promise<void> {
  const deb = await downloadAny(stack, library.packages, half)
  const args = ['-x', join(half, deb), half]
  await run(stack, { name: 'mysql-unpack', command: 'dpkg-deb', args, advice })
  for (const place of places.filter((place) => existsSync(join(half, place)))) {
    const file = readdirSync(join(half, place)).find((name) => name.startsWith(library.file))
    if (!file) continue
    symlinkSync(join('..', place, file), join(half, 'found', library.file))
    return
  }
  throw new CannotStart(`${deb} does not hold ${library.file}: ${advice}`)
}

async function downloadAny(stack: Stack, packages: string[], half: string): Promise<string> {
  // A fresh system has no package lists. Lists in a folder of one's own need no root.
  const lists = ['-o', `Dir::State::Lists=${half}/lists`, '-o', `Dir::Cache=${half}/apt`]
  mkdirSync(join(half, 'lists', 'partial'), { recursive: true })
  mkdirSync(join(half, 'apt', 'archives', 'partial'), { recursive: true })
  const attempts = [...packages.map((name) => ['download', name]), ['update']]
  attempts.push(...packages.map((name) => ['download', name]))
  let options: string[] = []
  let failure: unknown
  for (const [goal, ...name] of attempts) {
    if (goal === 'update') options = lists
    const args = [...options, goal ?? '', ...name]
    const env = downloadEnvironment()
    try {
      await run(stack, { name: 'mysql-apt', command: 'apt-get', args, cwd: half, env, advice })
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error
      failure = error
    }
    const deb = readdirSync(half).find((file) =>
      packages.some((wanted) => file.startsWith(`${wanted}_`)),
    )
    if (deb) return deb
  }
  throw failure
}
