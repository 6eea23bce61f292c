import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * The id and the start time of a process, which tell it apart from a later one with the same id.
 * Undefined if there is no such process. Linux has the time in /proc, all others in ps.
 */
export function identityOf(pid) {
  try {
    // proc(5): the start time is field 22, the 20th after the name. The name is in parentheses and
    // may have some itself, hence the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`
  } catch {
    if (process.platform === 'linux') return undefined
  }
  try {
    return `${pid} ${execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()}`
  } catch {
    return undefined
  }
}

function holderOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    // Of a folder Node does not say which.
    throw Object.assign(error, { path })
  }
}

/**
 * Takes the lock file, and takes it over from a holder that is gone. Returns its `release`, or the
 * `pid` of the process that holds it. The file appears with its content, by link(2), so that nobody
 * reads half of it. A stale one is moved away by rename(2), which only one of several can do.
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true })
  const mine = `${path}.${process.pid}`
  for (;;) {
    writeFileSync(mine, identityOf(process.pid) ?? String(process.pid))
    try {
      linkSync(mine, path)
      return { release: () => rmSync(path, { force: true }) }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    } finally {
      rmSync(mine, { force: true })
    }
    const holder = holderOf(path)
    if (holder === undefined) continue
    const pid = Number(holder.split(' ')[0])
    if (identityOf(pid) === holder) return { pid }
    takeAway(path, holder, `${mine}.stale`)
  }
}

function takeAway(path, stale, aside) {
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  // Between the reading and the moving, another process may have taken it over. Then the file is
  // its fresh lock, and is put back.
  if (holderOf(aside) !== stale) linkSync(aside, path)
  rmSync(aside, { force: true })
}

/**
 * Waits for the lock, runs `work`, and releases it. `waiting` is called once, with the pid of the
 * process that holds the lock. Throws what `work` throws.
 */
export async function withLock(path, waiting, work) {
  for (let called = false; ; called = true) {
    const lock = tryLock(path)
    if (lock.release) {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (!called) waiting(lock.pid)
    await pause(200)
  }
}
