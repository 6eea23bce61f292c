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

/** One statement looks through so many numbers, so that it ends in time in a chat of any size. */
const windowSize = 10_000
/** One statement returns so many rows, so that a term everybody uses does not fill the memory. */
const rowLimit = Math.min(500, hitsPerRequest)

/**
 * Whether MySQL knows the case of a character as Node does. MySQL's collation is of Unicode 9;
 * Georgian, Vithkuqi and others got their case later. Latin to U+017F, Greek and Cyrillic are old
 * enough, and so is every character without case.
 */
const isOld = (point: string): boolean =>
  /[\0-\u017f\u0370-\u052f]/u.test(point) || point.toUpperCase() === point

/**
 * The LIKE pattern of a folded term under utf8mb4_0900_ai_ci. It finds more than what fold() makes
 * equal (é for e as well), and never less: LIKE compares character by character, and each is like
 * itself and its other case. For a character whose case MySQL may not know the pattern takes any.
 * The score decides which rows are hits. `!` escapes whatever the session's sql_mode says.
 */
export const likePattern = (term: string): string =>
  `%${Array.from(term, (point) => (isOld(point) ? point.replace(/[%_!]/, '!$&') : '_')).join('')}%`

/**
 * The hits in MySQL, for when the index is away; equal to OpenSearch's in order, scores and total.
 * Walks down from the chat's greatest number in windows of numbers, which have no holes, and to the
 * end, because the total is exact. Throws SearchTooLong once it is not `inTime`, which is asked
 * before each row, and the errors of `sql`, which watches over the statements (select-time.ts).
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
