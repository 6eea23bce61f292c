import type { Context } from 'aws-lambda'
import * as v from 'valibot'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock } from '../clients/system.ts'
import { headCaps } from '../protocol/table/head.ts'
import { keptMs } from '../protocol/table/request-writes.ts'
import { type Swept, sweep } from './sweep.ts'

/** Run by `npm run restore-counters`: sends at once what would be due by this time (ms). */
const asked = v.object({ until: v.number() })

/**
 * Every minute. What a sweep does not reach in its time is still due for the next. Answers what it
 * did.
 */
export async function handler(event: unknown, context: Context): Promise<Swept> {
  const ports = { table: table(), queue: queue(), clock, log, caps: headCaps, keptMs }
  const wish = v.safeParse(asked, event)
  const until = wish.success ? wish.output.until : undefined
  const swept = await sweep(ports, () => context.getRemainingTimeInMillis(), until)
  log('swept', { ...swept })
  return swept
}
