import { isStarted } from '../../bin/cli/started.ts'
import type { Options } from './arrange.ts'
import { runSchedule } from './schedule.ts'

/** What one schedule came to, small enough to be sent from process to process. */
export interface Outcome {
  options: Options
  /** The promises that were broken, and where the code itself broke. */
  violations: string[]
  /** What happened, line by line; empty when it was not asked for and nothing was violated. */
  lines: string[]
  faults: number
  requests: number
  unavailable: number
  accepted: number
  reads: number
  parked: number
  collisions: number
}
export interface Job {
  options: Options
  /** Send the history also of a schedule that violates nothing. */
  history: boolean
}

/** Faults as the history names them: of calls (remote.ts), and outages. */
const fault =
  /: (lost request|lost reply|stray|refusal|throttled|kill before|kill after)$| away (refusing|silent) from /

/** One schedule. Rejects when the simulation itself breaks, which says nothing of the code. */
export async function runJob({ options, history }: Job): Promise<Outcome> {
  const { crashes, lines, history: seen, counted, ...result } = await runSchedule(options)
  const violations = [...crashes.map((text) => `crash in ${text}`), ...result.violations]
  const { requests, unavailable, accepted, reads } = seen
  const faults = lines.filter((line) => fault.test(line)).length
  return {
    options,
    violations,
    lines: history || violations.length > 0 ? lines : [],
    faults,
    requests,
    unavailable,
    accepted,
    reads,
    parked: counted.Parked ?? 0,
    collisions: counted.Collisions ?? 0,
  }
}

// As a process of its own (pool.ts): a schedule at a time, for one takes a whole core.
if (process.send && isStarted(import.meta)) {
  process.on('message', (job: Job) => {
    void runJob(job).then((outcome) => process.send?.(outcome))
  })
}
