import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { attributes, onTheWay, readTable } from '../../../functions/audit/table-state.ts'
import { depthOf } from '../../../functions/clients/queue-depth.ts'
import { scanOf } from '../../../functions/clients/table-scan.ts'
import { againMs } from '../../../functions/sweep/send-again.ts'
import { Refused } from '../../cli/arguments.ts'
import type { Progress } from '../../cli/progress.ts'
import { invoke } from '../stack/functions.ts'
import type { LiveStack } from '../stack/live-stack.ts'
import { placesOf } from '../stack/places.ts'

/**
 * Of a function that has one instance at most, and may just be run by its schedule: waits for it.
 */
export async function invokeAlone(
  stack: LiveStack,
  operation: string,
  event: object,
): Promise<unknown> {
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

const swept = v.object({ sent: v.number(), held: v.number(), away: v.boolean() })

/**
 * Lets the sweep send everything that waits, also what it has sent before and would send again only
 * hours later: of a table from a backup nobody knows whether the queue still holds a request. A
 * request that is sent now is due after `until`, so each is sent once. What the sweep holds back,
 * for the queue is deep, is tried again after `pauseMs`, for `seconds` at most and no longer than
 * until `signal` is aborted. `sweep` runs it once with an event and returns what it did. Throws
 * Refused when the queue is away, and as `sweep` does.
 */
export async function sendWaiting(
  sweep: (event: { until: number }) => Promise<unknown>,
  seconds: number,
  signal: AbortSignal,
  pauseMs = 15_000,
): Promise<void> {
  const until = Date.now() + againMs - 60_000
  const end = Date.now() + seconds * 1000
  for (let all = 0; ; ) {
    const part = v.safeParse(swept, await sweep({ until }))
    if (!part.success) throw new Refused('its chat-sweep is older than this command: deploy first')
    const { sent, held, away } = part.output
    all += sent
    if (away) throw new Refused('the queue is away: no counter was raised by what waits')
    if (signal.aborted || (held > 0 ? Date.now() > end : sent === 0)) {
      const left = held > 0 ? `, ${held} or more are held back, for the queue is deep` : ''
      return console.log(`${all} that wait were sent again${left}`)
    }
    if (held > 0) await pause(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Waits until all that was accepted is stored, `seconds` at most and no longer than until `signal`
 * is aborted. Returns how many messages and reservations are left, 0 when none is.
 */
export async function drain(
  stack: LiveStack,
  seconds: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const [sqs, dynamodb] = [new SQSClient({}), new DynamoDBClient({})]
  const places = await placesOf(stack, sqs)
  const end = Date.now() + seconds * 1000
  // SQS's figures may be late, the table's are not. It is empty when both say so twice.
  for (let empty = 0; ; ) {
    const queued = await depthOf(sqs, places.queue)
    const waiting = onTheWay(await readTable(scanOf(dynamodb, places.table, attributes)))
    empty = queued + waiting === 0 ? empty + 1 : 0
    if (empty === 2) return 0
    if (signal.aborted || Date.now() > end) return queued + waiting
    progress.show(
      () => `waiting for ${queued} messages in the queue, ${waiting} reservations in the table`,
    )
    await pause(2_000, undefined, { signal }).catch(() => undefined)
  }
}
