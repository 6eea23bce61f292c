import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { endGroup, isOf, membersOf } from './process-group.ts'

/**
 * Ends what a killed start left running, by its pid files. A group is only touched if a process in it carries this
 * stack's mark: ids are reused. Call with the stack's lock held. Returns the names of what was ended.
 */
export async function reclaim(folder: string): Promise<string[]> {
  const pids = join(folder, 'pids')
  const found = readdirSync(pids).map(async (name) => {
    const leader = Number(readFileSync(join(pids, name), 'utf8'))
    // Ids 0 and 1 as a group would mean "my own" and "everyone".
    const ours = leader > 1 && membersOf(leader).some((pid) => isOf(folder, pid))
    if (ours) await endGroup(leader, 10_000)
    rmSync(join(pids, name), { force: true })
    return ours ? [name] : []
  })
  return (await Promise.all(found)).flat()
}
