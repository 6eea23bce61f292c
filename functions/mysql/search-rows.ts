import type { MessageValue } from '../kinds/message.ts'
import { chatParent } from '../protocol/model/parent.ts'
import type { Row } from '../protocol/model/row.ts'
import type { Criteria } from '../search/criteria.ts'
import {
  type FoundHits,
  type Hit,
  hitsPerRequest,
  pickHits,
  type WantedHits,
} from '../search/hits.ts'
import { scorerOf } from '../search/score.ts'
import { SearchTooLong } from '../search/too-long.ts'
import { readWhole } from './cells.ts'
import type { Sql } from './db.ts'
import { readRow, rowColumns } from './row-columns.ts'
import { childrenOf } from './tables.ts'

/** Numbers that one statement looks through, so that it ends in time in a chat of any size. */
const windowSize = 10_000
/** Rows that one statement answers, so that a term everybody uses does not fill the memory. */
const rowLimit = Math.min(500, hitsPerRequest)

/**
 * Characters whose case MySQL knows: its collation is of Unicode 9, Node's tables are newer
 * (Georgian, Vithkuqi and others got theirs later). Latin to U+017F, Greek and Cyrillic are old
 * enough; so is all that has no case.
 */
const isOld = (point: string): boolean =>
  /[\0-\u017f\u0370-\u052f]/u.test(point) || point.toUpperCase() === point

/**
 * The LIKE pattern of a folded term under utf8mb4_0900_ai_ci, which finds a superset of what fold()
 * makes equal (it also takes é for e): LIKE compares character by character, each is like itself
 * and like its other case. Where MySQL may not know the case any character will do; the
 * score decides. `!` escapes whatever the session's sql_mode says.
 */
export const likePattern = (term: string): string =>
  `%${Array.from(term, (point) => (isOld(point) ? point.replace(/[%_!]/, '!$&') : '_')).join('')}%`

/**
 * The hits in MySQL, for when the index is away: equal to OpenSearch's in order, scores and total.
 * It walks the chat from its newest number down, in windows of numbers: they have no holes. To the
 * end, because the total is exact: throws SearchTooLong once it is not `inTime`, which is asked
 * before each row. For the statements `sql` sees to it (select-time.ts); errors are its own.
 */
export async function findInRows(
  sql: Sql,
  criteria: Criteria,
  wanted: WantedHits,
  inTime: () => boolean = () => true,
): Promise<FoundHits> {
  const scoreOf = scorerOf(criteria)
  let total = 0
  let hits: Hit[] = []
  for await (const rows of candidates(sql, criteria, wanted)) {
    const matching = rows
      .filter((row) => !wanted.without.has(row.number))
      .flatMap((row) => {
        if (!inTime())
          throw new SearchTooLong(`${row.number} and those below are still to be compared`)
        const score = scoreOf(row.value)
        return score > 0 ? [{ row, number: row.number, score }] : []
      })
    total += matching.length
    hits = pickHits([...hits, ...matching], criteria.order, wanted.after, wanted.limit)
  }
  return { total, hits }
}

async function* candidates(
  sql: Sql,
  criteria: Criteria,
  wanted: WantedHits,
): AsyncGenerator<Row<MessageValue>[]> {
  const { from, values } = childrenOf(chatParent(wanted.app, wanted.chat))
  const patterns = criteria.terms.map(likePattern)
  const likes = patterns
    .map(() => " AND body COLLATE utf8mb4_0900_ai_ci LIKE ? ESCAPE '!'")
    .join('')
  const [top] = await sql.query(`SELECT COALESCE(MAX(number), 0) AS number FROM ${from}`, values)
  let high = readWhole(top?.number)
  while (high > 0) {
    const low = Math.max(0, high - windowSize)
    const rows = await sql.query(
      `SELECT ${rowColumns('chat')} FROM ${from} AND number > ? AND number <= ? AND deleted_at IS NULL${likes}
       ORDER BY number DESC LIMIT ?`,
      [...values, low, high, ...patterns, rowLimit],
    )
    yield rows.map((row) => readRow('chat', row))
    const last = rows.at(-1)
    high = last && rows.length === rowLimit ? readWhole(last.number) - 1 : low
  }
}
