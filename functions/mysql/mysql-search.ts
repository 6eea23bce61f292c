import type { Version } from '../protocol/model/row.ts'
import type { StoredMessage } from '../protocol/ports/stores.ts'
import type { Criteria } from '../search/criteria.ts'
import type { FoundHits, WantedHits } from '../search/hits.ts'
import type { Sql } from './db.ts'
import { outboxOf } from './outbox.ts'
import { findInRows } from './search-rows.ts'
import { inSearchTurn } from './search-turn.ts'
import { selectsWithin } from './select-time.ts'
import { versionsIn } from './versions.ts'

/**
 * What a search asks of MySQL. `leftMs` are the milliseconds that are left of it: once they are
 * over, all throw SearchTooLong, and nothing of theirs runs on in the server.
 */
export interface MysqlSearch {
  /** Rejects when MySQL is away. */
  ready(): Promise<unknown>
  /** Who made the stored ones among these messages, and how new they are. */
  versions(
    app: string,
    chat: number,
    numbers: number[],
    leftMs: () => number,
  ): Promise<ReadonlyMap<number, Version>>
  /**
   * See Outbox.unsearchable; `limit` bounds what one search loads, at least that many may come
   * back.
   */
  unsearchable(
    app: string,
    chat: number,
    sinceMs: number,
    limit: number,
    leftMs: () => number,
  ): Promise<StoredMessage[]>
  /** The search in MySQL, complete by itself. Throws SearchesBusy too. */
  rowSearch(criteria: Criteria, wanted: WantedHits, leftMs: () => number): Promise<FoundHits>
}

/** The searches of one request, whose connection `sql` is. */
export const mysqlSearchOf = (sql: Sql): MysqlSearch => ({
  ready: () => sql.query('SELECT 1'),
  versions: (app, chat, numbers, leftMs) =>
    versionsIn(selectsWithin(sql, leftMs), app, chat, numbers),
  unsearchable: (app, chat, sinceMs, limit, leftMs) =>
    outboxOf(selectsWithin(sql, leftMs)).unsearchable(app, chat, sinceMs, limit),
  rowSearch: (criteria, wanted, leftMs) =>
    inSearchTurn(sql, wanted.app, () =>
      findInRows(selectsWithin(sql, leftMs), criteria, wanted, () => leftMs() > 0),
    ),
})
