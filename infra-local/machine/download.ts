import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CannotStart } from './cannot-start.ts'
import { downloadEnvironment } from './environment.mjs'
import { withLock } from './lock.mjs'
import { damageIn, readManifest, writeManifest } from './manifest.mjs'
import { run } from './processes.ts'
import { lackOfRoom } from './room.mjs'
import { cache, type Stack } from './stack.ts'
import { withProgress } from './wait-until.ts'

/** The hex SHA-256 of a file. */
async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Something in the cache, of the name that its folder has. */
export interface Download {
  name: string
  /** What is done when it is missing, for the person: "downloading MySQL (51 MB)". */
  what: string
  /** The room that it needs, with all that is removed afterwards. */
  megabytes: number
  /** Fills an empty folder. */
  make: (folder: string) => Promise<void>
  /**
   * Asks what lies in the folder what it is: returns what is wrong with it in words, undefined if
   * nothing is. `known` is false where nothing but the folder says that it is whole.
   */
  ask?: (folder: string, known: boolean) => Promise<string | undefined>
}

/**
 * The folder of a download, which is whole: all files are there in the sizes that they had when it
 * was made, and it says that it is what it should be. What is not there or not whole is made (anew)
 * in a folder beside it, which is renamed in the end. Of two starts one makes it while the other
 * waits. Throws CannotStart, and what `make` throws.
 */
export async function cached(stack: Stack, download: Download): Promise<string> {
  const { name, what, megabytes } = download
  const folder = join(cache, name)
  if ((await lackOf(folder, download)) === undefined) return folder
  const waiting = (pid: number) => stack.say(`  ${what}: process ${pid} is at it, waiting`)
  return withLock(`${folder}.lock`, waiting, async () => {
    const lack = await lackOf(folder, download)
    if (lack === undefined) return folder
    if (lack !== 'missing') stack.say(`  ${name} is not whole (${lack}): it is fetched again`)
    const room = lackOfRoom(cache, megabytes, what)
    if (room) throw new CannotStart(room)
    stack.say(`  ${what}`)
    const half = `${folder}.half`
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { recursive: true })
    await withProgress(stack, what, () => make(download, half))
    rmSync(folder, { recursive: true, force: true })
    renameSync(half, folder)
    return folder
  })
}

const manifestOf = (folder: string) => join(folder, '.files.json')

async function make(download: Download, half: string): Promise<void> {
  await download.make(half)
  const lack = await download.ask?.(half, false)
  if (lack !== undefined)
    throw new CannotStart(`${download.what} ended well, but what came is of no use: ${lack}`)
  writeManifest(half, manifestOf(half))
}

/** What is wrong with a folder of the cache; undefined: nothing. */
async function lackOf(folder: string, { ask }: Download): Promise<string | undefined> {
  if (!existsSync(folder)) return 'missing'
  const files = readManifest(manifestOf(folder))
  // Of a version of this project that wrote no manifest: whole only if it can say so itself.
  if (!files && !ask) return 'it has no list of its files'
  const lack = (files && damageIn(folder, files)) ?? (await ask?.(folder, files !== undefined))
  if (lack !== undefined) return lack
  if (!files) writeManifest(folder, manifestOf(folder))
  return undefined
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
  await maven(stack, `${name}-download`, goal, folder, async () => {
    const sum = await sha256(join(folder, file))
    if (sum === artifact.sha256) return
    throw new CannotStart(`${file} has SHA-256 ${sum}, not ${artifact.sha256}`)
  })
  return join(folder, file)
}

/**
 * One Maven goal without questions, in the folder `cwd`; `check` throws what is wrong with its
 * files. What is wrong may come from the person's own Maven repository, where a download that was
 * cut lies for ever: so it is tried once more with an empty one. Throws CannotStart.
 */
export async function maven(
  stack: Stack,
  name: string,
  goal: string[],
  cwd: string,
  check: () => Promise<void>,
): Promise<void> {
  const args = ['--batch-mode', '--no-transfer-progress', '--strict-checksums', '--quiet', ...goal]
  const repository = join(cwd, 'repository')
  const attempt = async (also: string[]) => {
    const env = downloadEnvironment()
    const all = [...also, ...args]
    await run(stack, { name, command: 'mvn', args: all, cwd, env, advice: mavenAdvice })
    await check()
  }
  try {
    await attempt([])
  } catch (error) {
    if (!(error instanceof CannotStart) || isAbsent(error)) throw error
    stack.say(`  ${name}: once more, with an empty Maven repository`)
    await attempt([`-Dmaven.repo.local=${repository}`])
    rmSync(repository, { recursive: true, force: true })
  }
}

/** There is no such command, so a second attempt is of no use. */
const isAbsent = ({ cause }: CannotStart): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

/** One SHA-256 for all files of a folder: that of the sorted lines `<sum>  <name>`. */
export async function sha256OfAll(folder: string): Promise<string> {
  const lines = await Promise.all(
    readdirSync(folder)
      .sort()
      .map(async (name) => `${await sha256(join(folder, name))}  ${name}\n`),
  )
  return createHash('sha256').update(lines.join('')).digest('hex')
}
