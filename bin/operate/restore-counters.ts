import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { attributes, onTheWay, readTable } from '../../functions/audit/table-state.ts'
import { depthOf } from '../../functions/clients/queue-depth.ts'
import { scanOf } from '../../functions/clients/table-scan.ts'
import { againMs } from '../../functions/sweep/send-again.ts'
import { numberOf, Refused, readArguments, runCommand } from '../cli/arguments.ts'
import { type Progress, progressOn } from '../cli/progress.ts'
import { invoke, type LiveStack, liveStack, stackHelp, stackOptions } from './live-stack.ts'
import { placesOf } from './redrive/queues.ts'
import { assertStarted, startAccepts, stopAccepts, writers } from './stop-writers.ts'

const help = `npm run restore-counters -- [options]

After the table was lost, or restored from a backup: raises every counter to what MySQL holds, never lowers one, and
marks deleted parents again. So the next number is the stored maximum + 1. Without --apply it only tells what is behind.

  --apply          stops all creates and edits (their reserved concurrency is 0; clients get 503), raises, sends what a
                   backup says is on its way, waits until all of it has reached MySQL, raises by that, and starts them
                   again, whatever happens
  --start          only starts what a killed command has left stopped
  --wait SECONDS   how long --apply waits for the queue (900)

${stackHelp}

Exit code 0: done, or told; 1: not done; 2: refused. It may be repeated. On AWS the function chat-migrate does it.`

const options = {
  ...stackOptions,
  apply: { type: 'boolean' },
  start: { type: 'boolean' },
  wait: { type: 'string', default: '900' },
} as const

const restored = {
  ...{ parents: v.number(), made: v.number(), raised: v.number(), complete: v.boolean() },
  next: v.optional(v.string()),
}
const behind = v.object({ ...restored, first: v.array(v.string()) })

/** Waits until all that was accepted is stored. Answers what is left, 0 when nothing is. */
async function drain(stack: LiveStack, seconds: number, progress: Progress): Promise<number> {
  const [sqs, dynamodb] = [new SQSClient({}), new DynamoDBClient({})]
  const places = await placesOf(stack, sqs)
  const end = Date.now() + seconds * 1000
  // SQS's numbers may be late, the table's are not: empty is what both say, twice.
  for (let empty = 0; ; ) {
    const queued = await depthOf(sqs, places.queue)
    const waiting = onTheWay(await readTable(scanOf(dynamodb, places.table, attributes)))
    empty = queued + waiting === 0 ? empty + 1 : 0
    if (empty === 2) return 0
    if (Date.now() > end) return queued + waiting
    progress.tell(
      () => `waiting for ${queued} messages in the queue, ${waiting} reservations in the table`,
    )
    await pause(2_000)
  }
}

/**
 * Every part of the work, as long as one invocation may run; each goes on behind the one before.
 */
async function* parts(stack: LiveStack, counters: 'look' | 'raise') {
  for (let after: string | undefined; ; ) {
    const answer = await invoke(stack, 'migrate', {
      counters,
      ...(after === undefined ? {} : { after }),
    })
    const part = v.safeParse(counters === 'look' ? behind : v.object(restored), answer)
    const moved = part.success && (part.output.complete || part.output.next !== undefined)
    if (!moved) throw new Refused('its chat-migrate is older than this command: deploy first')
    yield { first: [], ...part.output }
    if (part.output.complete) return
    after = part.output.next
  }
}

async function raise(stack: LiveStack): Promise<void> {
  for await (const { parents, made, raised } of parts(stack, 'raise'))
    console.log(`${parents} parents: ${made} counters made, ${raised} raised`)
}

/**
 * A function of which one instance runs at a time may be at it just now, by its schedule: then it
 * waits.
 */
async function invokeAlone(stack: LiveStack, operation: string, event: object): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await invoke(stack, operation, event)
    } catch (error) {
      const busy = error instanceof Error && error.name === 'TooManyRequestsException'
      if (!busy || attempt === 60) throw error
      await pause(2_000)
    }
  }
}

const swept = v.object({ sent: v.number(), away: v.boolean() })

/**
 * Sends what the sweep has sent before and would send again hours later: of a backup nobody knows
 * whether the queue still holds it. What is sent now is due behind `until`, so each is sent once.
 * Rejects as invoke does.
 */
async function sendWaiting(stack: LiveStack): Promise<void> {
  const until = Date.now() + againMs - 60_000
  for (let sent = 0; ; ) {
    const part = v.safeParse(swept, await invokeAlone(stack, 'sweep', { until }))
    if (!part.success) throw new Refused('its chat-sweep is older than this command: deploy first')
    sent += part.output.sent
    if (part.output.away) throw new Refused('the queue is away: nothing was raised by what waits')
    if (part.output.sent === 0) return console.log(`${sent} that wait were sent again`)
  }
}

/** Tells what is behind; nothing is written. */
async function look(stack: LiveStack): Promise<void> {
  const sum = { parents: 0, made: 0, raised: 0 }
  const first: string[] = []
  for await (const part of parts(stack, 'look')) {
    for (const name of ['parents', 'made', 'raised'] as const) sum[name] += part[name]
    first.push(...part.first)
    if (!part.complete) console.log(`${sum.parents} parents looked at; going on`)
  }
  console.log(
    `${stack.name}: ${sum.parents} parents, ${sum.made} without a counter, ${sum.raised} behind`,
  )
  for (const line of first.slice(0, 20)) console.log(`  ${line}`)
  if (first.length >= 20) console.log('  and perhaps more')
}

async function apply(stack: LiveStack, seconds: number): Promise<number> {
  assertStarted(stack)
  const progress = progressOn()
  // Ctrl-C must not leave the API stopped: the first one ends the waiting, what is begun is
  // finished.
  const signals = ['SIGINT', 'SIGTERM'] as const
  let interrupted = false
  const note = () => {
    interrupted = true
    console.error('stopping: creates and edits are started again first')
  }
  for (const signal of signals) process.on(signal, note)
  try {
    await stopAccepts(stack, console.log)
    // First by what is stored: that also removes what a backup says is on its way and has arrived,
    // which no waiting ends.
    await raise(stack)
    await sendWaiting(stack)
    const left = interrupted ? 1 : await drain(stack, seconds, progress)
    progress.end()
    if (interrupted) return 130
    if (left > 0) {
      console.error(
        `${left} have not reached MySQL in ${seconds} s: by these nothing was raised. See docs/operating.md`,
      )
      return 1
    }
    await raise(stack)
    return 0
  } finally {
    progress.end()
    console.log(`started ${await startAccepts(stack)} functions again`)
    for (const signal of signals) process.off(signal, note)
  }
}

await runCommand(async () => {
  const { values } = readArguments(help, options)
  const seconds = numberOf('wait', values.wait, { max: 86_400 })
  const stack = liveStack(values)
  if (values.start) {
    console.log(`started ${await startAccepts(stack)} functions again`)
    return 0
  }
  await look(stack)
  if (values.apply) return apply(stack, seconds)
  console.log(
    `nothing was done. --apply stops ${writers().join(', ')}, waits for the queue, raises, and starts them`,
  )
  return 0
})
