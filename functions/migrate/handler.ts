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
import { createIndex } from '../opensearch/mapping.ts'
import { type Parent, parseParent } from '../protocol/model/parent.ts'
import { type CountersBehind, lookAtCounters } from './look-at-counters.ts'
import { type Restored, restoreCounters } from './restore-counters.ts'

/** Longer than the wait for the lock of another migration, and than altering a large table. */
const statementMs = 12 * 60_000
/** What the scan of the counters leaves of the function's time. */
const marginMs = 30_000

async function withDb<T>(database: string | undefined, work: (db: Db) => Promise<T>): Promise<T> {
  const db = dbOf(() => connect(database), statementMs)
  try {
    return await work(db)
  } finally {
    db.renew()
  }
}

/**
 * Brings the stores up to date: the database (Aurora's is made by the stack, a laptop's is not),
 * its schema, and the search index, where one is configured. May be repeated, and run twice at
 * once. Reads MYSQL_* and OPENSEARCH_URL. Rejects with the first failure: a deploy must not go on
 * upon an old schema.
 */
export async function migrateAll(): Promise<void> {
  const name = env('MYSQL_DATABASE')
  await withDb(undefined, (db) =>
    db.query(`CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\``),
  )
  await withDb(name, async (db) => log('schema_migrated', { applied: await migrate(db) }))
  const client = openSearch()
  if (client) log('index_ready', { made: await createIndex(client) })
}

/**
 * Raises the counters in TABLE_NAME to what MYSQL_DATABASE holds, and makes the root's HEAD,
 * without which nothing can be created. May be repeated at any time. Locally it follows the deploy,
 * which makes the table.
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

/** What restoreAll would do, and the first parents that it would do it to. */
const lookAll = (late: () => boolean, after: Parent | undefined): Promise<CountersBehind> =>
  withDb(env('MYSQL_DATABASE'), (db) =>
    lookAtCounters({ parents: parentsOf(db), table: table(), log }, late, after),
  )

/**
 * Run by `npm run restore-counters`: the counters alone, or only what is behind; `after` is the
 * `next` of a run before.
 */
const asked = v.object({
  counters: v.picklist(['look', 'raise']),
  after: v.optional(v.pipe(v.string(), v.transform(parseParent))),
})

/**
 * Run by the deploy (lib/migrate.ts): the stores, then the counters. With `{"counters": "look"}` it
 * only answers what is behind and writes nothing, with `{"counters": "raise"}` it raises that. Both
 * end before the function's time is over and answer where to go on (`next`, for `after`).
 *
 * A deploy is not failed when more parents are left than one run takes (about two million): it
 * comes at every deploy, and nearly always nothing is to be raised. Where the table is new, what
 * has no counter yet refuses creates and edits and gives out no number; the log says what to do.
 */
export async function handler(
  event: unknown,
  context: Context,
): Promise<Restored | CountersBehind> {
  const late = () => context.getRemainingTimeInMillis() <= marginMs
  const wish = v.safeParse(asked, event)
  if (wish.success) {
    const { counters, after } = wish.output
    return counters === 'look' ? lookAll(late, after) : restoreAll(late, after)
  }
  await migrateAll()
  const restored = await restoreAll(late)
  if (!restored.complete)
    log('counters_incomplete', { advice: 'npm run restore-counters -- --aws --apply' })
  return restored
}
