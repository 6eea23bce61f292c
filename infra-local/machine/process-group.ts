import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

interface RunningProcess {
  pid: number
  group: number
}

/** All processes that run. A zombie does not, and its parent may never collect it. */
function running(): RunningProcess[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(fromProc)
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
  return lines.flatMap((line) => {
    const [pid, group, state] = line.trim().split(/\s+/)
    return state?.startsWith('Z') ? [] : [{ pid: Number(pid), group: Number(group) }]
  })
}

function fromProc(name: string): RunningProcess[] {
  if (!/^\d+$/.test(name)) return []
  try {
    // proc(5): after the name in parentheses come state, parent, group.
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? [] : [{ pid: Number(name), group: Number(group) }]
  } catch {
    return [] // It ended between the listing and the reading.
  }
}

/** The ids of the group's processes that run. */
export const membersOf = (group: number): number[] =>
  running()
    .filter((entry) => entry.group === group)
    .map((entry) => entry.pid)

const marker = 'CHAT_LOCAL_STACK'
/** The environment variable that marks a process, and all that it starts, as this stack's. */
export const markOf = (folder: string) => ({ [marker]: folder })

/**
 * Whether a process was started for the stack of this folder. The id in a file may belong to
 * another process by now.
 */
export const isOf = (folder: string, pid: number): boolean => carries(pid, `${marker}=${folder}`)

/** Whether a process was started with this `NAME=value` in its environment. */
export function carries(pid: number, variable: string): boolean {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable)
    return ` ${execFileSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })} `.includes(
      ` ${variable} `,
    )
  } catch {
    return false // It is gone, or another user's.
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function goneWithin(ms: number, members: () => number[]): Promise<boolean> {
  for (const end = Date.now() + ms; ; await pause(50)) {
    if (members().length === 0) return true
    if (Date.now() > end) return false
  }
}

/**
 * Ends the group of this leader. SIGTERM goes to the leader first, alone, because the AWS endpoint
 * saves its state and may still need its workers; then to the rest. What is left after `graceMs` is
 * killed.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  const end = Date.now() + graceMs
  send(leader, 'SIGTERM')
  await goneWithin(graceMs, () => membersOf(leader).filter((pid) => pid === leader))
  send(-leader, 'SIGTERM')
  if (await goneWithin(Math.max(500, end - Date.now()), () => membersOf(leader))) return
  send(-leader, 'SIGKILL')
  await goneWithin(2_000, () => membersOf(leader))
}
