import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * What tells this process from a later one with the same id: its start time. Linux has it in /proc,
 * all others in ps. Undefined: no such process.
 */
export function identityOf(pid) {
  try {
    // After the last parenthesis (the name may hold any) the start time is the 20th field (proc(5),
    // field 22).
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
    throw error
  }
}

/**
 * Takes the lock file, and takes it over from a holder that is gone. Returns the release, or the
 * pid that holds it. The file appears by link(2) with its content, so nobody reads a half-written
 * one; a stale one is moved away by rename(2), which has one winner.
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
  // Between reading and moving another start may have taken it over: then this is its fresh lock,
  // and goes back.
  if (holderOf(aside) !== stale) linkSync(aside, path)
  rmSync(aside, { force: true })
}

/** Waits for the lock, says once for whom, runs `work`, releases. Throws what `work` throws. */
export async function withLock(path, waiting, work) {
  for (let said = false; ; said = true) {
    const lock = tryLock(path)
    if (lock.release) {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (!said) waiting(lock.pid)
    await pause(200)
  }
}
