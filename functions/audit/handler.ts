import type { Context } from 'aws-lambda'
import * as v from 'valibot'
import { clock } from '../clients/clock.ts'
import { dynamodb } from '../clients/dynamodb.ts'
import { env } from '../clients/env.ts'
import { log } from '../clients/log.ts'
import { dbOf } from '../clients/mysql.ts'
import { connect } from '../clients/mysql-connection.ts'
import { openSearch } from '../clients/opensearch.ts'
import { depthOf } from '../clients/queue-depth.ts'
import { sqs } from '../clients/sqs.ts'
import { scanOf } from '../clients/table-scan.ts'
import { type Audit, audit } from './audit.ts'
import { documentSource } from './documents.ts'
import type { AuditPorts } from './ports.ts'
import { attributes } from './table-state.ts'

/** A part of 20,000 rows takes well below a second, one chat of millions some seconds. */
const statementMs = 120_000
/** Kept back at the end of the invocation, for the part that runs. */
const marginMs = 60_000

const invocation = v.object({
  waitMs: v.optional(v.number(), 150_000),
  most: v.optional(v.number(), 20),
})

/**
 * Audits the stack that the environment names (see clients/env.ts). `event`: waitMs, most (see
 * audit).
 */
export async function auditAll(
  event: unknown,
  late: () => boolean,
  tell: AuditPorts['tell'],
): Promise<Audit> {
  const db = dbOf((ms) => connect(env('MYSQL_DATABASE'), ms), statementMs)
  const client = openSearch()
  try {
    return await audit(
      {
        scan: () => scanOf(dynamodb(), env('TABLE_NAME'), attributes),
        queued: () => depthOf(sqs(), env('QUEUE_URL')),
        sql: db,
        documents: client && documentSource(client),
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        now: clock.now,
        tell,
      },
      { ...v.parse(invocation, event), late },
    )
  } finally {
    db.renew()
  }
}

/** Invoked by `npm run audit`. Returns what was found. */
export function handler(event: unknown, context: Context): Promise<Audit> {
  return auditAll(
    event ?? {},
    () => context.getRemainingTimeInMillis() <= marginMs,
    (progress) => log('audit_progress', { ...progress }),
  )
}
