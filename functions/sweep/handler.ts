import type { ScheduledHandler } from 'aws-lambda'
import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock } from '../clients/system.ts'
import { sweep } from './sweep.ts'

/** Every minute. What a sweep does not reach in its time is still due for the next. */
export const handler: ScheduledHandler = async (_, context) => {
  const ports = { table: table(), queue: queue(), clock, log }
  const swept = await sweep(ports, () => context.getRemainingTimeInMillis())
  log('sweep', { ...swept })
}
