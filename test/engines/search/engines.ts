import { randomBytes } from 'node:crypto'
import type { Client } from '@opensearch-project/opensearch'
import { clock } from '../../../functions/clients/clock.ts'
import { openSearchAt } from '../../../functions/clients/opensearch.ts'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { indexOf } from '../../../functions/opensearch/bulk.ts'
import { type IndexNames, indexNamesOf } from '../../../functions/opensearch/mapping.ts'
import { refillStateOf } from '../../../functions/opensearch/refill-state.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import type { Row } from '../../../functions/protocol/model/row.ts'
import type {
  Index,
  MessageKey,
  Outbox,
  StoredMessage,
} from '../../../functions/protocol/ports/stores.ts'
import { message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

/** An index and a database of their own, on the engines of OPENSEARCH_URL and MYSQL_HOST. */
export interface Engines {
  client: Client
  names: IndexNames
  database: Database
  index: Index
  outbox: Outbox
  /** Refreshes the index: what was given to it is found from now on. */
  refresh(): Promise<void>
  drop(): Promise<void>
}

export function searchClient(): { client: Client; names: IndexNames } {
  const url = process.env.OPENSEARCH_URL
  if (!url) throw new Error('these tests need the OpenSearch of OPENSEARCH_URL')
  return {
    client: openSearchAt(url),
    names: indexNamesOf(`test-${randomBytes(6).toString('hex')}`),
  }
}

/** Empty and complete. */
export async function engines(): Promise<Engines> {
  const { client, names } = searchClient()
  const database = await migratedDatabase()
  const refillState = refillStateOf(client, names)
  await refillState.read()
  await refillState.complete()
  return {
    client,
    names,
    database,
    index: indexOf(client, clock, { names, timeoutMs: 20_000 }),
    outbox: outboxOf(database.db),
    refresh: async () => void (await client.indices.refresh({ index: names.index })),
    async drop() {
      await client.indices.delete({ index: names.index, ignore_unavailable: true })
      await client.close()
      await database.drop()
    },
  }
}

/**
 * A chat of a new application that holds these messages, numbered from 1, in MySQL and in the
 * index.
 */
export async function filledChat(at: Engines, values: Partial<MessageValue>[]) {
  const token = newToken()
  const changes = values.map((value, i) => message(token, 1, i + 1, i + 1, value))
  const stored = changes.map(storedOf)
  await storeOf(at.database.db).store(changes)
  await at.index.bulk(stored)
  await at.outbox.markIndexed(stored)
  await at.refresh()
  return { token, app: appKey(token), chat: 1, changes, stored }
}

export function storedOf(change: Change<MessageValue>): StoredMessage {
  if (change.parent.kind !== 'chat') throw new Error('not a message')
  const { app, chat } = change.parent
  const { number, rid, rev, value } = change
  return { app, chat, number, rid, rev, count: 0, value }
}

export const rowOf = (change: Change<MessageValue>): Row<MessageValue> => {
  const { app: _app, chat: _chat, ...row }: MessageKey & Row<MessageValue> = storedOf(change)
  return row
}
