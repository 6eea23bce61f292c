import type { Context } from 'aws-lambda'
import * as v from 'valibot'
import { clock } from '../clients/clock.ts'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { deepQueue } from '../limits/limits.ts'
import { headCaps } from '../protocol/table/head.ts'
import { keptMs } from '../protocol/table/request-writes.ts'
import { holdBackMs } from './hold-back.ts'
import { sweep } from './sweep.ts'
import type { Swept } from './swept.ts'

/**
 * `npm run restore-counters` runs it with `until`: what will be due by this time (ms) is sent now.
 */
const invocation = v.object({ until: v.number() })

/** Invoked every minute. What it does not reach in its time is still due. Returns what it did. */
export async function handler(event: unknown, context: Context): Promise<Swept> {
  const bounds = { caps: headCaps, keptMs, deepQueue, holdBackMs }
  const ports = { table: table(), queue: queue(), clock, log, ...bounds }
  const parsed = v.safeParse(invocation, event)
  const until = parsed.success ? parsed.output.until : undefined
  const swept = await sweep(ports, () => context.getRemainingTimeInMillis(), until)
  log('swept', { ...swept })
  return swept
}
