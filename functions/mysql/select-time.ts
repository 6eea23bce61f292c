import { SearchTooLong } from '../search/too-long.ts'
import { type Sql, selectMs, statementMs } from './db.ts'

const isEnded = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ER_QUERY_TIMEOUT'

/**
 * `sql` for a search that `leftMs` (milliseconds) ends. Each SELECT carries the time that is left
 * as an optimizer hint, so that the server itself ends the one that runs when the search leaves: a
 * LIKE over long bodies would otherwise go on for minutes after nobody wants it, and a hundred of
 * them would be all that MySQL does. A statement gets no more than any other does (statementMs).
 * Rejects with SearchTooLong where the server has ended it, or no time is left to begin it; other
 * errors are the client's own. Of a UNION the hint in the first SELECT holds for the whole.
 */
export const selectsWithin = (sql: Sql, leftMs: () => number): Sql => ({
  async query(text, values) {
    const ms = Math.floor(Math.min(leftMs(), selectMs(statementMs)))
    // A hint of 0 would be none.
    if (ms < 1) throw new SearchTooLong('there is no time left for another statement')
    const hinted = text.replace(/^\s*SELECT\b/, `SELECT /*+ MAX_EXECUTION_TIME(${ms}) */`)
    try {
      return await sql.query(hinted, values)
    } catch (error) {
      if (!isEnded(error)) throw error
      throw new SearchTooLong(`MySQL ended a statement after ${ms} ms`, { cause: error })
    }
  },
})
