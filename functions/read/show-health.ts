import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { table } from '../clients/dynamodb.ts'
import { env } from '../clients/env.ts'
import { openSearch } from '../clients/opensearch.ts'
import { sqs } from '../clients/sqs.ts'
import { within } from '../opensearch/deadline.ts'
import { unavailable } from '../problems/problem.ts'
import { root } from '../protocol/model/parent.ts'
import type { Table } from '../protocol/ports/table.ts'
import { readHeads } from '../protocol/table/read-heads.ts'

export interface HealthPorts {
  table: Table
  /** Each rejects when its dependency does not answer. */
  probes: Record<string, (() => Promise<unknown>) | undefined>
}

const probeMs = 2_000

/** `up`, `down`, or `absent` where the system runs without it. */
async function stateOf(probe: (() => Promise<unknown>) | undefined): Promise<string> {
  if (!probe) return 'absent'
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${probeMs} ms`)), probeMs)
  const [outcome] = await Promise.allSettled([Promise.race([probe(), late.promise])])
  clearTimeout(timer)
  return outcome.status === 'fulfilled' ? 'up' : 'down'
}

/**
 * 200 as soon as and as long as creates can be accepted: these need the counters alone, so only
 * they are asked; a balancer must not take a system down because search is away. `deep=1` adds the
 * state of every dependency. Throws 503 when the counters cannot be read or were never set up.
 */
export async function showHealth(
  ports: HealthPorts,
  call: Pick<Call<'show-health'>, 'query'>,
): Promise<HttpResponse> {
  const { head } = await readHeads(ports.table, root)
  if (!head) throw unavailable('the counters are not set up: run the migration', 10)
  if (call.query.deep === undefined) return { status: 200, body: { status: 'ok' } }
  const names = Object.keys(ports.probes)
  const states = await Promise.all(names.map((name) => stateOf(ports.probes[name])))
  const dependencies = Object.fromEntries([
    ['dynamodb', 'up'],
    ...names.map((name, i) => [name, states[i]]),
  ])
  const status = states.includes('down') ? 'degraded' : 'ok'
  return { status: 200, body: { status, dependencies } }
}

const queueState = () =>
  sqs().send(
    new GetQueueAttributesCommand({ QueueUrl: env('QUEUE_URL'), AttributeNames: ['QueueArn'] }),
  )

export const handler = mysqlEndpoint('show-health', (call, sql) => {
  const search = openSearch()
  const probes = {
    sqs: queueState,
    mysql: () => sql.query('SELECT 1'),
    opensearch: search && (() => within(probeMs, search.ping())),
  }
  return showHealth({ table: table(), probes }, call)
})
