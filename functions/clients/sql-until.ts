import type { Db, Sql } from '../mysql/db.ts'

/**
 * `db` for one request that `signal` ends. When it does, the connection is given up: what runs or
 * waits on it rejects with ConnectionRenewed. What asks later, being still on its way to MySQL,
 * rejects with the signal's reason, so that it cannot run beside the next request.
 */
export function sqlUntil(db: Db, signal: AbortSignal): Sql {
  signal.addEventListener('abort', () => db.renew(), { once: true })
  return {
    async query(sql, values) {
      signal.throwIfAborted()
      return db.query(sql, values)
    },
  }
}
