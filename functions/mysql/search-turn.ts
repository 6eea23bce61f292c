import { SearchesBusy } from '../search/busy.ts'
import type { Sql } from './db.ts'

/** Searches of one application that MySQL may do at once. */
const perApplication = 2
/** Searches that MySQL may do at once, of all applications. */
const together = 8
/** How long a search waits for its turn, each time; whole seconds, as GET_LOCK has it. */
const waitSeconds = 1

const locksOf = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `search:${name}:${i}`)

/**
 * Takes one of the locks: the first that is free, or else the one that is free within a second,
 * chosen at random, so that not all wait for the same. CASE asks for no lock behind the one it got.
 */
async function takeOne(sql: Sql, locks: string[]): Promise<boolean> {
  const free = locks.map(() => 'WHEN GET_LOCK(?, 0) = 1 THEN 1').join(' ')
  const waited = locks[Math.floor(Math.random() * locks.length)] ?? ''
  const [row] = await sql.query(
    `SELECT CASE ${free} WHEN GET_LOCK(?, ?) = 1 THEN 1 ELSE 0 END AS taken`,
    [...locks, waited, waitSeconds],
  )
  return row?.taken === 1
}

/**
 * Runs a search in MySQL in its turn: of each application two run at once, of all together eight.
 * `app` is the application's key. Throws SearchesBusy where no turn came within a second or two;
 * else returns, or throws, what `work` does. `sql` must be the connection of this search alone.
 *
 * The turns are locks of the server (GET_LOCK), held by the connection. So they hold for all
 * instances of the function, they count the very thing that is scarce, and whoever dies gives them
 * back: with its connection, whose statement the server ends in time (select-time.ts). Locks are
 * named for the whole server and not for one database, because its processors are what is shared.
 * The application's own comes first, so that who waits for it keeps nobody else's; as all take them
 * in this order, none waits for another in a circle. See docs/decisions/0048.
 */
export async function inSearchTurn<T>(sql: Sql, app: string, work: () => Promise<T>): Promise<T> {
  try {
    if (!(await takeOne(sql, locksOf(app, perApplication))))
      throw new SearchesBusy('the application has all of its searches in MySQL running')
    if (!(await takeOne(sql, locksOf('any', together))))
      throw new SearchesBusy('MySQL has as many searches running as it may')
    return await work()
  } finally {
    // A connection that is gone has taken its locks with it.
    await sql.query('SELECT RELEASE_ALL_LOCKS()').catch(() => undefined)
  }
}
