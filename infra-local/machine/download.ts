import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CannotStart } from './cannot-start.ts'
import { withLock } from './lock.mjs'
import { run } from './processes.ts'
import { cache, type Stack } from './stack.ts'
import { withProgress } from './wait-until.ts'

/** The hex SHA-256 of a file. */
async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/**
 * A folder of the cache. If it is missing, `make` fills a folder beside it, which is renamed when
 * it is whole. So a half-made one is never used. Of two starts one makes it while the other waits.
 * Returns its path; throws what `make` throws.
 */
export async function cached(
  stack: Stack,
  name: string,
  what: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  const waiting = (pid: number) => stack.say(`  ${what}: process ${pid} is at it, waiting`)
  return withLock(`${folder}.lock`, waiting, async () => {
    if (existsSync(folder)) return folder
    const half = `${folder}.half`
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { recursive: true })
    stack.say(`  ${what}`)
    await withProgress(stack, what, () => make(half))
    renameSync(half, folder)
    return folder
  })
}

/** A Maven artifact's file name and SHA-256. */
export interface Artifact {
  group: string
  name: string
  version: string
  sha256: string
}

const mavenAdvice =
  'see that the network is there and Maven is installed (Debian: apt-get install maven, macOS: brew install maven)'

/**
 * Returns the path of the artifact's jar: the copy in Maven's own repository if there is one, else
 * one that Maven puts into `folder`. Throws CannotStart, also when its SHA-256 is another.
 */
export async function fetchJar(stack: Stack, artifact: Artifact, folder: string): Promise<string> {
  const { group, name, version } = artifact
  const file = `${name}-${version}.jar`
  const kept = join(homedir(), '.m2', 'repository', ...group.split('.'), name, version, file)
  if (existsSync(kept) && (await sha256(kept)) === artifact.sha256) return kept
  const goal = [
    'dependency:copy',
    `-Dartifact=${group}:${name}:${version}`,
    `-DoutputDirectory=${folder}`,
  ]
  await maven(stack, `${name}-download`, goal, folder)
  const sum = await sha256(join(folder, file))
  if (sum !== artifact.sha256)
    throw new CannotStart(
      `${file} has SHA-256 ${sum}, not ${artifact.sha256}: it is damaged or not the one we know`,
    )
  return join(folder, file)
}

/** One Maven goal without questions. Throws CannotStart. */
export async function maven(
  stack: Stack,
  name: string,
  goal: string[],
  cwd: string,
): Promise<void> {
  const args = ['--batch-mode', '--no-transfer-progress', '--strict-checksums', '--quiet', ...goal]
  await run(stack, { name, command: 'mvn', args, cwd, advice: mavenAdvice })
}

/** One SHA-256 for all files of a folder: that of the sorted lines `<sum>  <name>`. */
export async function sha256OfAll(folder: string): Promise<string> {
  const lines = await Promise.all(
    readdirSync(folder)
      .sort()
      .map(async (name) => `${await sha256(join(folder, name))}  ${name}\n`),
  )
  return createHash('sha256').update(lines.join('')).digest('hex')
}
