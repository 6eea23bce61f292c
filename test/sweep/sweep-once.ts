import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { clock } from '../../functions/clients/clock.ts'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { queueOf } from '../../functions/clients/sqs.ts'
import { deepQueue } from '../../functions/limits/limits.ts'
import { headCaps } from '../../functions/protocol/table/head.ts'
import { keptMs } from '../../functions/protocol/table/request-writes.ts'
import { holdBackMs } from '../../functions/sweep/hold-back.ts'
import { sweep } from '../../functions/sweep/sweep.ts'

/**
 * One run of the sweep by the real clients, in a process of its own; memory.test.ts starts it and
 * looks at its memory. `ENDPOINT` is the address of its DynamoDB and SQS. Prints what was swept,
 * and the greatest size of the process in MiB.
 */
const wiring = {
  endpoint: process.env.ENDPOINT ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
}
const ports = {
  table: tableOf(new DynamoDBClient(wiring), 'table'),
  queue: queueOf(new SQSClient(wiring), `${wiring.endpoint}/queue.fifo`),
  clock,
  log: () => undefined,
  caps: headCaps,
  keptMs,
  deepQueue,
  holdBackMs,
}
const swept = await sweep(ports, () => 60_000)
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(JSON.stringify({ ...swept, peakMiB }))
