import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { World } from './events.ts'

/** What a process of invoke.ts is to do; `marks`: the runs after which its memory is measured. */
export interface Job {
  name: string
  timeoutMs: number
  marks: number[]
  world: World
}
/** What it says: after each run, and at each mark. */
export type Told = { status: number; token: string | undefined } | { mark: number; bytes: number }

/** What is deployed of a function. */
export interface Deployed {
  memoryMb: number
  timeoutMs: number
}

export interface Measured {
  runs: number
  /** How often each status was returned; jobs count as 200, a batch with failures as 500. */
  statuses: Record<number, number>
  tokens: string[]
  /** Bytes that were reachable at each mark. */
  bytes: number[]
}

export interface Measuring {
  /** Persist's end: nothing more will be queued. */
  finish(): void
  measured: Promise<Measured>
}

/** The share of the deployed memory that the old generation may take. */
const heapShare = 0.75

/** Starts a process of its own for the runs of a function, with the memory that it has deployed. */
export function measure(job: Job, { memoryMb }: Deployed, env: NodeJS.ProcessEnv): Measuring {
  const heap = `--max-old-space-size=${Math.floor(memoryMb * heapShare)}`
  const child = fork(join(import.meta.dirname, 'invoke.ts'), {
    execArgv: ['--expose-gc', heap, '--disable-warning=ExperimentalWarning'],
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  child.send(job)
  return { finish: () => child.send('finish'), measured: listen(child, job) }
}

async function listen(child: ChildProcess, { name }: Job): Promise<Measured> {
  const measured: Measured = { runs: 0, statuses: {}, tokens: [], bytes: [] }
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-5_000)
  })
  child.on('message', (told: Told) => {
    if ('mark' in told) {
      measured.bytes.push(told.bytes)
      return
    }
    measured.runs += 1
    measured.statuses[told.status] = (measured.statuses[told.status] ?? 0) + 1
    if (told.token) measured.tokens.push(told.token)
  })
  const [code, signal] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`${name} ended (${signal ?? code}) after ${measured.runs} runs: ${errors}`)
  return measured
}
