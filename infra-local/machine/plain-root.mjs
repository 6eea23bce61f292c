import { createHash } from 'node:crypto'
import { lstatSync, readlinkSync, symlinkSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CannotRun } from './cannot-run.mjs'
import { isPlain, temporaryFolder } from './temporary.mjs'

/** The project's folder as it is called. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * A symbolic link to `folder`, beside other temporary files. Its name is always the same, because
 * what a killed start left is known by the paths in its environment. Throws CannotRun where all
 * names are somebody else's.
 */
export function linkTo(folder, place = temporaryFolder() ?? '/tmp') {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  for (let other = 0; other < 10; other++) {
    const link = join(place, `chat-${process.getuid?.() ?? 0}-${name}${other || ''}`)
    try {
      symlinkSync(folder, link)
      return link
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isOurs(link, folder)) return link
  }
  throw new CannotRun(`${folder} has an odd name, and no link to it can be made in ${place}`)
}

function isOurs(link, folder) {
  const stat = lstatSync(link, { throwIfNoEntry: false })
  return stat?.isSymbolicLink() && stat.uid === process.getuid?.() && readlinkSync(link) === folder
}

/**
 * The project's folder by a path that all programs bear. The folder itself, unless its path has
 * something else in it than letters, digits and a few signs: a colon splits PATH and a class path,
 * a semicolon LD_LIBRARY_PATH and MySQL's list of folders. Then a link to it.
 */
export const projectRoot = isPlain(root) ? root : linkTo(root)

/** A path of the project, by `projectRoot`. */
export const plain = (path) =>
  path.startsWith(root + sep) ? projectRoot + path.slice(root.length) : path
