import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Job, Outcome } from './worker.ts'

const file = join(import.meta.dirname, 'worker.ts')

/** One process; asks `next` for work until there is none. */
function employ(
  next: () => Job | undefined,
  tell: (outcome: Outcome) => void,
  signal: AbortSignal,
) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const worker: ChildProcess = fork(file, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  let at: Job | undefined
  const give = () => {
    at = signal.aborted ? undefined : next()
    if (at) worker.send(at)
    else worker.disconnect()
  }
  const kill = () => worker.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  worker.on('message', (outcome: Outcome) => {
    tell(outcome)
    give()
  })
  worker.on('error', reject)
  worker.on('exit', (code, how) => {
    signal.removeEventListener('abort', kill)
    if (code === 0 || signal.aborted) resolve()
    else
      reject(
        new Error(
          `the simulation broke (${how ?? `exit code ${code}`}) at ${JSON.stringify(at?.options)}`,
        ),
      )
  })
  give()
  return promise
}

/**
 * Runs the jobs on all cores, or on `processes`; `tell` gets every outcome as it comes, in no
 * order. Resolves when all are done, or when `signal` aborts. Rejects, with all processes ended,
 * when one of them breaks, and says at which job.
 */
export async function runAll(
  jobs: Iterable<Job>,
  tell: (outcome: Outcome) => void,
  { processes = availableParallelism(), signal }: { processes?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const left = jobs[Symbol.iterator]()
  const next = (): Job | undefined => {
    const { done, value } = left.next()
    return done === true ? undefined : value
  }
  const broken = new AbortController()
  const any = AbortSignal.any(signal ? [signal, broken.signal] : [broken.signal])
  const workers = Array.from({ length: processes }, () => employ(next, tell, any))
  try {
    await Promise.all(workers)
  } catch (error) {
    broken.abort()
    await Promise.allSettled(workers)
    throw error
  }
}
