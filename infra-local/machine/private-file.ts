import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file that only its owner may read (0600), whatever the umask is and whatever was there.
 * It appears by a rename, so nobody reads half of it.
 */
export function writePrivate(file: string, text: string): void {
  const half = `${file}.half`
  rmSync(half, { force: true }) // Otherwise it would keep its own mode.
  writeFileSync(half, text, { mode: 0o600 })
  renameSync(half, file)
}
