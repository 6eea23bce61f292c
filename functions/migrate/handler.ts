import { env } from '../clients/env.ts'
import { log } from '../clients/log.ts'
import { dbOf } from '../clients/mysql.ts'
import { connect } from '../clients/mysql-connection.ts'
import { openSearch } from '../clients/opensearch.ts'
import { createIndex } from '../search/mapping.ts'
import { migrate } from './migrate.ts'

/** Longer than the wait for the lock of another migration, and than altering a large table. */
const statementMs = 12 * 60_000

/** The database itself: Aurora's is made by the stack, a laptop's is not. */
async function ensureDatabase(name: string): Promise<void> {
  const server = dbOf(() => connect(undefined))
  await server.query(`CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\``)
  server.renew()
}

/**
 * Brings everything that a deploy needs up to date, in this order: database and schema, the search index (if one is
 * configured). May be repeated, and run twice at once. Reads the environment of
 * functions/clients/env.ts. Rejects with the first failure: a deploy must not go on upon an old schema.
 */
export async function migrateAll(): Promise<void> {
  const name = env('MYSQL_DATABASE')
  await ensureDatabase(name)
  const db = dbOf(() => connect(name), statementMs)
  try {
    log('schema', { applied: await migrate(db) })
  } finally {
    db.renew()
  }
  const client = openSearch()
  if (client) log('index', { made: await createIndex(client) })
}

/** Run by the deploy (lib/migrate.ts). */
export const handler = (): Promise<void> => migrateAll()
