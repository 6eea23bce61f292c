import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Tenant } from './hostile.ts'

/** What a process of instance.ts gets first. `offset`: the kind with which it begins. */
export interface Job {
  tenant: Tenant
  kinds: string[]
  offset: number
}
/** What it is told from then on. It begins with a pause. */
export type Order = 'go' | 'pause' | 'stop'
/** How often each kind was responded to with each status. */
export type Statuses = Record<string, Record<number, number>>
/** What it says: that it can begin, and at its end what it has done. */
export type Told = 'ready' | Statuses

export interface Instances {
  tell(order: Order): void
  /** Resolves with what all have done when they have ended. Rejects when one ends by an error. */
  ended: Promise<Statuses>
}

/** Starts `count` instances for a hostile tenant; resolves when all are ready, and pause. */
export async function startInstances(
  count: number,
  job: Omit<Job, 'offset'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Instances> {
  const statuses: Statuses = {}
  const note = (told: Told) => {
    if (told === 'ready') return
    for (const [kind, counts] of Object.entries(told))
      for (const [status, count] of Object.entries(counts)) {
        const before = statuses[kind]?.[Number(status)] ?? 0
        statuses[kind] = { ...statuses[kind], [status]: before + count }
      }
  }
  const children = Array.from({ length: count }, (_, n) => {
    const child = fork(join(import.meta.dirname, 'instance.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.send({ ...job, offset: n * 3 } satisfies Job)
    child.on('message', note)
    return child
  })
  const ended = Promise.all(children.map(endOf)).then(() => statuses)
  await Promise.race([Promise.all(children.map((child) => once(child, 'message'))), ended])
  return {
    ended,
    tell: (order) => {
      for (const child of children) if (child.connected) child.send(order)
    },
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-5_000)
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`an instance ended (${signal ?? code}): ${errors}`)
}
