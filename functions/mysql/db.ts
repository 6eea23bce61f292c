/** How long the client waits for a statement of a request. */
export const statementMs = 5_000

/**
 * After how long the server itself ends a SELECT (max_execution_time) whose client waits for
 * `clientMs`: a little earlier, so that the connection is kept. Whole milliseconds; 0 would be
 * never.
 */
export const selectMs = (clientMs: number): number => Math.max(1, Math.floor(0.9 * clientMs))

export type Cell = string | number | null | Buffer
/** What a `?` stands for. A list is for `IN (?)`, a list of lists for `VALUES ?` and `IN (?)`. */
export type SqlValue = Cell | Cell[] | Cell[][]
/** A row by the names of its columns; cells.ts and row-columns.ts read it. */
export type SqlRow = Record<string, unknown>

export interface Sql {
  /** Returns the rows of a SELECT, and none for any other statement. */
  query(sql: string, values?: SqlValue[]): Promise<SqlRow[]>
}

/**
 * MySQL by one connection, which is made when it is first needed. A statement outside of a
 * transaction must be idempotent: if its connection turns out to be dead it is repeated on a new
 * one.
 */
export interface Db extends Sql {
  /**
   * Commits when `work` resolves. When it rejects, rolls back and rejects with its error. `work` is
   * never repeated.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Destroys the connection: what runs on it rejects, and the next call makes a new one. */
  renew(): void
}
