import type { Breaker } from '../mysql/breaker.ts'
import type { Db, Sql } from '../mysql/db.ts'

/**
 * `db` behind `breaker`, for one request that `signal` ends. When it does, the connection is given
 * up: what runs or waits on it rejects with ConnectionRenewed. What asks later, being still on its
 * way to MySQL, rejects with the signal's reason, so that it cannot run beside the next request.
 */
export function sqlUntil(db: Db, signal: AbortSignal, breaker: Breaker): Sql {
  signal.addEventListener('abort', () => db.renew(), { once: true })
  return {
    async query(sql, values) {
      signal.throwIfAborted()
      return breaker(() => db.query(sql, values))
    },
  }
}
