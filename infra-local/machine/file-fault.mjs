/** What to do about an error of the file system, by its code. */
const advice = {
  ENOSPC: 'the disk is full: free some room',
  EDQUOT: 'your share of the disk is used up: free some room',
  EROFS: 'the disk is read-only: take a checkout that you can write to',
  EACCES: 'it is not yours to write: give it to yourself (chown -R), or remove it',
  EPERM: 'it is not yours to write: give it to yourself (chown -R), or remove it',
  EISDIR: 'a folder is where a file belongs: remove it',
  ENOTDIR: 'a file is where a folder belongs: remove it',
  ELOOP: 'a symbolic link leads to itself: remove it',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
}

/**
 * An error of the file system in one line that says what to do; undefined for any other error,
 * which is to be shown whole.
 */
export function fileFault(error) {
  const { code, path, dest, syscall } = error ?? {}
  if (!syscall || !advice[code]) return undefined
  const place = dest ?? path ?? 'a file of this folder'
  return `${place} cannot be used (${syscall}: ${code}): ${advice[code]}`
}
