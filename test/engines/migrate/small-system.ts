import { randomUUID } from 'node:crypto'
import { accept } from '../../../functions/accept/accept.ts'
import { clock, ids } from '../../../functions/clients/clock.ts'
import { timesAt } from '../../../functions/kinds/times.ts'
import { deepQueue } from '../../../functions/limits/limits.ts'
import type { Db } from '../../../functions/mysql/db.ts'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { persist } from '../../../functions/persist/persist.ts'
import type { PersistPorts } from '../../../functions/persist/ports.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent, root } from '../../../functions/protocol/model/parent.ts'
import type { QueueMessage } from '../../../functions/protocol/ports/queue.ts'
import { headCaps } from '../../../functions/protocol/table/head.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { keptMs } from '../../../functions/protocol/table/request-writes.ts'
import { chatValue, messageValue } from '../../support/values.ts'
import type { TestTable } from '../table.ts'

/**
 * Accept and persist over a real table and a real database; the queue between them is a list,
 * emptied by `drain`.
 */
export interface SmallSystem {
  token: string
  app: string
  /** Accepts messages in chat 1, one after the other; returns their numbers. */
  post(...bodies: string[]): Promise<number[]>
  /** Persists what was accepted. */
  drain(): Promise<void>
  /** The bodies in MySQL by number. */
  stored(): Promise<Record<number, string>>
  /** What went to quarantine, and the metrics. */
  quarantine: { body: string; reason: string }[]
  counted: Record<string, number>
}

/** With one application and its chat 1, stored. */
export async function smallSystem({ table }: TestTable, db: Db): Promise<SmallSystem> {
  const waiting: QueueMessage[] = []
  const queue = {
    send: async (message: QueueMessage) => void waiting.push(message),
    depth: async () => 0,
    sendBatch: async (messages: QueueMessage[]) =>
      messages.map((message) => waiting.push(message) > 0),
  }
  const ports = { table, queue, clock, ids, log: () => undefined, caps: headCaps, deepQueue }
  const quarantine: SmallSystem['quarantine'] = []
  const counted: Record<string, number> = {}
  const persistPorts: PersistPorts = {
    ...ports,
    keptMs,
    store: storeOf(db),
    outbox: outboxOf(db),
    index: { bulk: async (messages) => messages.map(() => 'later' as const) },
    quarantine: { put: async (body, reason) => void quarantine.push({ body, reason }) },
    visibility: { retryIn: async () => undefined },
    count: (counts) => {
      for (const [name, by] of Object.entries(counts)) counted[name] = (counted[name] ?? 0) + by
    },
  }
  const drain = async () => {
    while (waiting.length > 0) {
      const records = waiting.splice(0, 10).map(({ group, body }) => ({
        messageId: randomUUID(),
        receiptHandle: '',
        body,
        attributes: { MessageGroupId: group, ApproximateReceiveCount: '1' },
      }))
      const returned = await persist(persistPorts, records, () => 20_000)
      if (returned.length > 0)
        throw new Error(`persist returned ${returned.length} of ${records.length}`)
    }
  }
  await table.put(putHead(root))
  const made = await accept(ports, root, undefined, () => ({
    hash: '',
    build: (at, token) => [{ token, name: 'small', ...timesAt(at) }],
  }))
  const token = made.reservation.values[0]?.token ?? ''
  const app = appKey(token)
  const chat = () => ({
    hash: '',
    build: () => [chatValue()],
  })
  await accept(ports, applicationParent(app), undefined, chat)
  await drain()
  const post = async (body: string) => {
    const build = () => [messageValue(body)]
    const { reservation } = await accept(ports, chatParent(app, 1), undefined, () => ({
      hash: '',
      build,
    }))
    return reservation.number
  }
  return {
    token,
    app,
    async post(...bodies) {
      const numbers: number[] = []
      for (const body of bodies) numbers.push(await post(body))
      return numbers
    },
    drain,
    async stored() {
      const rows = await rowsOf(db).list(chatParent(app, 1), { order: 'asc', limit: 1000 })
      return Object.fromEntries(rows.map(({ number, value }) => [number, value.body]))
    },
    quarantine,
    counted,
  }
}
