import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** What one process of a function has in memory, each time it was looked at; bytes. */
export interface Samples {
  name: string
  pid: number
  /** Reachable, after a collection. */
  collected: number[]
  /** Resident at most, which a killed instance on Lambda would have had too much of. */
  resident: number
}

const variable = 'AWS_LAMBDA_FUNCTION_NAME='

/** The processes of functions that collect for this soak, by their ids, as the kernel has them. */
function processesOf(folder: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const environment = readEnvironment(pid)
    const name = environment.find((each) => each.startsWith(variable))
    const listens = existsSync(join(folder, `${pid}.listens`))
    if (name && listens && environment.includes(`SOAK_FOLDER=${folder}`))
      found.set(Number(pid), name.slice(variable.length))
  }
  return found
}

function readEnvironment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return [] // It has ended, or is another user's.
  }
}

function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** How long a process may take to collect; one that is at work does it afterwards. */
const patienceMs = 10_000

/** Looks at each process once, and adds what it has to `all`. */
export async function sample(folder: string, all: Map<number, Samples>): Promise<void> {
  const processes = [...processesOf(folder)]
  await Promise.all(
    processes.map(async ([pid, name]) => {
      const known = all.get(pid) ?? { name, pid, collected: [], resident: 0 }
      all.set(pid, known)
      known.resident = Math.max(known.resident, residentBytes(pid))
      const collected = await collectedBytes(folder, pid)
      if (collected !== undefined) known.collected.push(collected)
    }),
  )
}

/** Undefined where the process ends meanwhile, or has not come to it. */
async function collectedBytes(folder: string, pid: number): Promise<number | undefined> {
  const file = join(folder, String(pid))
  rmSync(file, { force: true })
  try {
    process.kill(pid, 'SIGUSR2')
  } catch {
    return undefined
  }
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(50))
    if (existsSync(file)) return Number(readFileSync(file, 'utf8'))
  return undefined
}
