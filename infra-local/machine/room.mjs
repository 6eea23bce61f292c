import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

const megabyte = 1024 * 1024

/** The megabytes (MiB) that this user may still write below a path, which need not exist yet. */
function freeMegabytes(path) {
  try {
    const { bavail, bsize } = statfsSync(path)
    return Math.floor((bavail * bsize) / megabyte)
  } catch (error) {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error
    return freeMegabytes(dirname(path))
  }
}

/** One line where there is less room than `needed` megabytes for `what`; else undefined. */
export function lackOfRoom(path, needed, what) {
  const free = freeMegabytes(path)
  if (free >= needed) return undefined
  return `too little room on the disk of ${path}: ${what} needs ${needed} MB, and ${free} MB are free`
}
