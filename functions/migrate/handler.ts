import type { Context } from 'aws-lambda'
import * as v from 'valibot'
import { table } from '../clients/dynamodb.ts'
import { env } from '../clients/env.ts'
import { log } from '../clients/log.ts'
import { dbOf } from '../clients/mysql.ts'
import { connect } from '../clients/mysql-connection.ts'
import { openSearch } from '../clients/opensearch.ts'
import type { Db } from '../mysql/db.ts'
import { migrate } from '../mysql/migrate.ts'
import { parentsOf } from '../mysql/stored-parents.ts'
import { type Parent, parseParent } from '../protocol/model/parent.ts'
import { type CountersBehind, lookAtCounters } from './look-at-counters.ts'
import { prepareIndex } from './prepare-index.ts'
import { type Restored, restoreCounters } from './restore-counters.ts'

/** Longer than the wait for the lock of another migration, and than altering a large table. */
const statementMs = 12 * 60_000
/** Kept back at the end of the function's time, when counters are compared. */
const marginMs = 30_000

async function withDb<T>(database: string | undefined, work: (db: Db) => Promise<T>): Promise<T> {
  const db = dbOf((ms) => connect(database, ms), statementMs)
  try {
    return await work(db)
  } finally {
    db.renew()
  }
}

/**
 * Brings the stores up to date: the database (on AWS the stack makes it, on a laptop nobody has),
 * its schema, and the search index, where one is configured. It may be repeated, and run twice at
 * once. Reads MYSQL_* and OPENSEARCH_URL. Rejects where the schema is not brought up to date, for a
 * deploy must not go on with an old one.
 */
export async function migrateAll(): Promise<void> {
  const name = env('MYSQL_DATABASE')
  await withDb(undefined, (db) =>
    db.query(`CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\``),
  )
  await withDb(name, async (db) => log('schema_migrated', { applied: await migrate(db) }))
  const client = openSearch()
  if (client) await prepareIndex(client, log)
}

/**
 * Raises the counters in TABLE_NAME to what MYSQL_DATABASE holds, and makes the root's HEAD,
 * without which nothing can be created. It may be repeated at any time. On a laptop it runs after
 * the deploy, which makes the table. `late` and `after` are those of restoreCounters.
 */
export async function restoreAll(
  late: () => boolean = () => false,
  after?: Parent,
): Promise<Restored> {
  return withDb(env('MYSQL_DATABASE'), async (db) => {
    const restored = await restoreCounters(
      { parents: parentsOf(db), table: table(), log },
      late,
      after,
    )
    log('counters_restored', { ...restored })
    return restored
  })
}

/** What restoreAll would do, and the first of the parents that it would change. */
const lookAll = (late: () => boolean, after: Parent | undefined): Promise<CountersBehind> =>
  withDb(env('MYSQL_DATABASE'), (db) =>
    lookAtCounters({ parents: parentsOf(db), table: table(), log }, late, after),
  )

/**
 * What `npm run restore-counters` invokes it with: `look` returns which counters are behind,
 * `raise` raises them. `after` is the `next` of the run before.
 */
const countersEvent = v.object({
  counters: v.picklist(['look', 'raise']),
  after: v.optional(v.pipe(v.string(), v.transform(parseParent))),
})

/**
 * The deploy runs it without an event (lib/migrate.ts): the stores, then the counters. With
 * `{"counters": "look"}` it only returns what is behind, with `{"counters": "raise"}` it raises
 * that. Both end before the function's time is over; `next` says where the next run goes on.
 *
 * The deploy does not fail when there are more parents than one run takes (about two million): this
 * runs at every deploy, and nearly always nothing is to be raised. Where the table is new, a parent
 * without a counter refuses creates and edits and gives out no number; the log says what to do.
 */
export async function handler(
  event: unknown,
  context: Context,
): Promise<Restored | CountersBehind> {
  const late = () => context.getRemainingTimeInMillis() <= marginMs
  const restoring = v.safeParse(countersEvent, event)
  if (restoring.success) {
    const { counters, after } = restoring.output
    return counters === 'look' ? lookAll(late, after) : restoreAll(late, after)
  }
  await migrateAll()
  const restored = await restoreAll(late)
  if (!restored.complete)
    log('counters_incomplete', { advice: 'npm run restore-counters -- --aws --apply' })
  return restored
}
