/** How long the client waits for a statement of a request. */
export const statementMs = 5_000

/**
 * After how long the server itself ends a SELECT (max_execution_time) whose client waits for
 * `clientMs`: a little earlier, so that the connection is kept. Whole milliseconds; 0 would be
 * never.
 */
export const selectMs = (clientMs: number): number => Math.max(1, Math.floor(0.9 * clientMs))

/** What can stand for a `?`: a list makes `IN (?)`, a list of lists the rows of `VALUES ?`. */
export type Cell = string | number | null | Buffer
export type SqlValue = Cell | Cell[] | Cell[][]
/** A row by column names; `columns.ts` reads its cells. */
export type SqlRow = Record<string, unknown>

export interface Sql {
  /** The rows of a SELECT; of anything else, none. */
  query(sql: string, values?: SqlValue[]): Promise<SqlRow[]>
}

/**
 * MySQL as rows, persist and migrate see it: one connection, made when it is first needed.
 * Statements outside a transaction must be idempotent: one that finds its old connection dead is
 * repeated on a new one.
 */
export interface Db extends Sql {
  /**
   * Commits when `work` resolves; rolls back and rejects with its error when it rejects. Never
   * repeated.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Destroys the connection, whatever runs on it rejects; the next call makes a new one. */
  renew(): void
}
