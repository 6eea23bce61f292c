import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './lock.mjs'
import { endGroup, isOf, membersOf } from './process-group.ts'

/**
 * Ends what a killed start left running, by its pid files. Ids are reused, so a group is touched
 * only if one of its processes has this stack's mark. What does not end within `graceMs` is killed.
 * Call it with the stack's lock held. Returns the names of what was ended.
 */
export async function reclaim(folder: string, graceMs = 10_000): Promise<string[]> {
  const pids = join(folder, 'pids')
  const found = readdirSync(pids).map(async (name) => {
    const leader = Number(readFileSync(join(pids, name), 'utf8'))
    // As a group, id 0 would mean this process's own and id 1 every process.
    const ours = leader > 1 && membersOf(leader).some((pid) => isOf(folder, pid))
    if (ours) await endGroup(leader, graceMs)
    rmSync(join(pids, name), { force: true })
    return ours ? [name] : []
  })
  return (await Promise.all(found)).flat()
}

/**
 * Removes the stacks of test runs that were killed: those named `test-<process id>-<name>` whose
 * process is gone. `local` is the folder of all stacks.
 */
export async function removeAbandoned(local: string): Promise<void> {
  for (const name of existsSync(local) ? readdirSync(local) : []) {
    const pid = Number(/^test-(\d+)-/.exec(name)?.[1])
    if (!pid || identityOf(pid) !== undefined) continue
    const folder = join(local, name)
    if (existsSync(join(folder, 'pids'))) await reclaim(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
