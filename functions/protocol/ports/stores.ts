import type { ValueOf } from '../../kinds/kinds.ts'
import type { MessageValue } from '../../kinds/message.ts'
import type { Parent } from '../model/parent.ts'
import type { Change } from '../model/reservation.ts'
import type { Range, Row } from '../model/row.ts'

/**
 * The stores behind the queue, as the protocol sees them: MySQL (Rows, Store, Outbox) and
 * OpenSearch (Index). In production functions/mysql and functions/opensearch; in the simulation,
 * memory.
 */

/**
 * What read and edit ask of MySQL. Always the writer: a replica lags behind what was pruned from
 * the HEADs.
 */
export interface Rows {
  /** The row, tombstones included; not a stub that only counts its children (rev 0). */
  show<K extends Parent['kind']>(
    parent: Extract<Parent, { kind: K }>,
    number: number,
  ): Promise<Row<ValueOf[K]> | undefined>
  /**
   * The first `limit` rows of the range in its own order: ascending from above `after`, descending
   * from below `before`. Tombstones included, because the merge needs them; stubs not.
   */
  list<K extends Parent['kind']>(
    parent: Extract<Parent, { kind: K }>,
    range: Range,
  ): Promise<Row<ValueOf[K]>[]>
  /** The number under the root of an application of which only the key is known. */
  applicationNumber(app: string): Promise<number | undefined>
}

/** What persist asks of MySQL. */
export interface Store {
  /**
   * One transaction. Writes what is newer by rev, inserts missing parents as stubs, keeps the child
   * counts. Returns the changes that collide: creates whose number another create has. These wrote
   * nothing; all others are stored.
   */
  store(changes: Change[]): Promise<Change[]>
  /** Destroys the connection; the next call makes a new one. */
  renew(): void
}

export interface MessageKey {
  app: string
  chat: number
  number: number
}
export type StoredMessage = MessageKey & Row<MessageValue>

/**
 * `indexed_rev` in a message's row is the outbox of the index: what is below `rev` is still to be
 * indexed.
 */
export interface Outbox {
  /**
   * Raises indexed_rev to the rev, never lowers it, and notes the time. `refused`: the index will
   * never take this rev; it is not offered again, and stays unsearchable for good.
   */
  markIndexed(entries: (MessageKey & { rev: number; refused?: boolean })[]): Promise<void>
  /** Rows that the index has not taken, tombstones included, at most `limit`. */
  unindexed(limit: number): Promise<StoredMessage[]>
  /**
   * Of one chat, at most `limit`: rows that the index has not taken, that it has taken since
   * `sinceMs` (it may not show them yet), or that it has refused.
   */
  unsearchable(app: string, chat: number, sinceMs: number, limit: number): Promise<StoredMessage[]>
}

/** `later`: the index is away or overloaded. `refused`: this document will never be taken. */
export type IndexOutcome = 'done' | 'later' | 'refused'
export interface Index {
  /**
   * The outcome of each message, in order; versioned by rev, so an older one changes nothing and is
   * `done`. Never throws.
   */
  bulk(messages: StoredMessage[]): Promise<IndexOutcome[]>
}
