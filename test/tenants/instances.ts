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
/** What it says. */
export type Told = 'ready' | { kind: string; status: number }

export interface Instances {
  tell(order: Order): void
  /** How often each kind was responded to with each status. */
  statuses: Record<string, Record<number, number>>
  /** Resolves when all have ended. Rejects when one has ended by an error. */
  ended: Promise<void>
}

/** Starts `count` instances for a hostile tenant; resolves when all are ready, and pause. */
export async function startInstances(
  count: number,
  job: Omit<Job, 'offset'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Instances> {
  const statuses: Instances['statuses'] = {}
  const note = (told: Told) => {
    if (told === 'ready') return
    const ofKind = statuses[told.kind] ?? {}
    ofKind[told.status] = (ofKind[told.status] ?? 0) + 1
    statuses[told.kind] = ofKind
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
  const ended = Promise.all(children.map(endOf)).then(() => undefined)
  await Promise.race([Promise.all(children.map((child) => once(child, 'message'))), ended])
  return {
    statuses,
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
