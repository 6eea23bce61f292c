import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const megabyte = 1024 * 1024

/** A disk of its own for a folder, in memory. */
export interface SmallDisk {
  /** Writes until `left` megabytes are free. */
  fill(left: number): void
  /** Removes what `fill` wrote. */
  empty(): void
  remove(): void
}

function asRoot(command: string, args: string[]): void {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [first = command, ...rest] = [...sudo, command, ...args]
  execFileSync(first, rest, { stdio: 'pipe' })
}

/** Undefined where this machine lets us mount nothing: only Linux has tmpfs, and only for root. */
export function smallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true })
  const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()},mode=700`
  try {
    asRoot('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,${owner}`, 'tmpfs', folder])
  } catch {
    return undefined
  }
  const filling = join(folder, 'filling')
  return {
    fill: (left) => fill(folder, filling, left),
    empty: () => rmSync(filling, { force: true }),
    remove: () => asRoot('umount', ['--lazy', folder]),
  }
}

function fill(folder: string, file: string, left: number): void {
  const descriptor = openSync(file, 'a')
  try {
    for (let free = Number.POSITIVE_INFINITY; free > left * megabyte; ) {
      const { bavail, bsize } = statfsSync(folder)
      free = bavail * bsize
      writeSync(descriptor, Buffer.alloc(Math.min(megabyte, Math.max(0, free - left * megabyte))))
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(descriptor)
  }
}
