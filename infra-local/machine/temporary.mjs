import { accessSync, constants, statSync } from 'node:fs'

/** A path that no list of paths, pattern or option of anybody's reads as anything but a path. */
export const isPlain = (path) => /^[\w./@+=() ~-]*$/.test(path)

/**
 * The person's folder for temporary files, if it can serve: mysqld ends where it is missing, and
 * takes one with a colon for two. Undefined: that of the system.
 */
export function temporaryFolder(own = process.env) {
  const folder = own.TMPDIR
  if (!folder || !isPlain(folder)) return undefined
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return statSync(folder).isDirectory() ? folder : undefined
  } catch {
    return undefined
  }
}
