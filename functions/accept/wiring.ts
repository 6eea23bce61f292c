import { table } from '../clients/dynamodb.ts'
import { log } from '../clients/log.ts'
import { queue } from '../clients/sqs.ts'
import { clock, ids } from '../clients/system.ts'
import { headCaps } from '../protocol/table/head.ts'
import type { AcceptPorts } from './accept.ts'

/** What creates need of the world, in production. The clients are made on first use. */
export const acceptPorts = (): AcceptPorts => ({
  table: table(),
  queue: queue(),
  clock,
  ids,
  log,
  caps: headCaps,
})
