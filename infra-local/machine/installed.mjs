import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { damageIn, readManifest, writeManifest } from './manifest.mjs'

/**
 * What node_modules lacks of the lock file, in words; undefined: it is whole. npm's exit code does
 * not say it, and no time of a file does: an install without the development packages (NODE_ENV,
 * `omit`), a killed one, or a package removed by hand. So each package is asked for its version,
 * and the files that npm unpacked are compared with the manifest made then.
 */
export function lackOfInstall(root) {
  const lock = parsed(join(root, 'package-lock.json'))
  if (!lock) return 'package-lock.json is missing'
  // npm writes it last.
  if (!existsSync(join(root, 'node_modules', '.package-lock.json')))
    return 'node_modules is missing, or was not finished'
  return lackOfPackages(root, lock) ?? lackOfCommands(root, lock) ?? lackOfFiles(root)
}

function lackOfPackages(root, { packages }) {
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.link) continue
    const version = parsed(join(root, path, 'package.json'))?.version
    if (version === entry.version) continue
    if (version === undefined && entry.optional && !isForThisMachine(entry)) continue
    return version === undefined
      ? `${path} is missing`
      : `${path} is ${version}, not ${entry.version}`
  }
  return undefined
}

/** The commands of the project's own dependencies; a setting of npm leaves them out. */
function lackOfCommands(root, { packages }) {
  const { dependencies, devDependencies } = packages['']
  const names = Object.keys({ ...dependencies, ...devDependencies })
  const commands = names.flatMap((name) => Object.keys(packages[`node_modules/${name}`]?.bin ?? {}))
  const lacking = commands.find((name) => !existsSync(join(root, 'node_modules', '.bin', name)))
  return lacking && `node_modules/.bin/${lacking} is missing`
}

/** In node_modules itself: `npm ci` by hand removes it, and with it what is known of the files. */
const manifestOf = (root) => join(root, 'node_modules', '.files.json')

function lackOfFiles(root) {
  const files = readManifest(manifestOf(root))
  const damage = files && damageIn(join(root, 'node_modules'), files)
  return damage && `node_modules/${damage}`
}

/** Notes the files of an install that is whole now. */
export const noteInstall = (root) => writeManifest(join(root, 'node_modules'), manifestOf(root))

/** Whether a package for certain systems is for this one. One for none in particular may lack. */
function isForThisMachine({ os, cpu, libc }) {
  const is = (wanted, here) => wanted === undefined || [wanted].flat().includes(here)
  if (os === undefined || !is(os, process.platform) || !is(cpu, process.arch)) return false
  return libc === undefined || is(libc, libcHere())
}

const libcHere = () =>
  process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'

function parsed(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
