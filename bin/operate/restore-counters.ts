import { numberOf, readArguments, runCommand } from '../cli/arguments.ts'
import { type Progress, progressOn } from '../cli/progress.ts'
import { printBehind, raiseCounters } from './restore-counters/counters.ts'
import { drain, invokeAlone, sendWaiting } from './restore-counters/drain.ts'
import {
  requireStarted,
  startWriters,
  stopWriters,
  writers,
} from './restore-counters/stop-writers.ts'
import { type LiveStack, liveStack, stackHelp, stackOptions } from './stack/live-stack.ts'

const help = `npm run restore-counters -- [options]

For a table that was lost or restored from a backup: raises every counter to what MySQL holds, so
that the next number is the greatest stored one + 1, and marks deleted parents again. It never
lowers a counter. Without --apply it only prints what is behind.

  --apply          stops all creates and edits (clients get 503), raises the counters, sends again
                   what the table shows as waiting, waits until all of it has reached MySQL, raises
                   the counters again by that, and starts creates and edits again, whatever happens
  --start          only starts what a killed command has left stopped
  --wait SECONDS   how long --apply waits for the queue (default: 900)

${stackHelp}

May be repeated. On AWS the function chat-migrate does the work.
Exit code 0: done, or printed; 1: not done; 2: refused; 130: interrupted.`

const options = {
  ...stackOptions,
  apply: { type: 'boolean' },
  start: { type: 'boolean' },
  wait: { type: 'string', default: '900' },
} as const

/** Raises with the writers stopped. Returns the exit code. */
async function raiseAll(
  stack: LiveStack,
  seconds: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  // First by the rows alone. That also removes from the HEADs what a backup shows as on its way and
  // MySQL has long stored: no waiting would end that.
  await raiseCounters(stack)
  await sendWaiting((event) => invokeAlone(stack, 'sweep', event), seconds, signal)
  const left = await drain(stack, seconds, progress, signal)
  progress.end()
  if (signal.aborted) return 130
  if (left > 0) {
    console.error(
      `${left} have not reached MySQL in ${seconds} s, so no counter was raised by them: see docs/operating.md`,
    )
    return 1
  }
  await raiseCounters(stack)
  return 0
}

async function start(stack: LiveStack): Promise<void> {
  console.log(`started ${await startWriters(stack)} functions again`)
}

/** Stops the writers, raises, starts them whatever happens. Returns the exit code. */
async function apply(stack: LiveStack, seconds: number): Promise<number> {
  requireStarted(stack)
  const progress = progressOn()
  // Ctrl-C must not leave the API stopped: what is begun is finished, then the writers start.
  const stop = new AbortController()
  const interrupt = () => {
    stop.abort()
    console.error('stopping: creates and edits are started again first')
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, interrupt)
  try {
    await stopWriters(stack, console.log)
    return await raiseAll(stack, seconds, progress, stop.signal)
  } finally {
    progress.end()
    await start(stack)
    for (const signal of signals) process.off(signal, interrupt)
  }
}

await runCommand(async () => {
  const { values } = readArguments(help, options)
  const seconds = numberOf('wait', values.wait, { max: 86_400 })
  const stack = liveStack(values)
  if (values.start) {
    await start(stack)
    return 0
  }
  await printBehind(stack)
  if (values.apply) return apply(stack, seconds)
  const stopped = writers().join(', ')
  console.log(
    `nothing was done. --apply stops ${stopped}, waits for the queue, raises, and starts them`,
  )
  return 0
})
