import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { appBytes } from '../../../functions/mysql/cells.ts'
import type { Db } from '../../../functions/mysql/db.ts'
import { outboxOf } from '../../../functions/mysql/outbox.ts'
import { storeOf } from '../../../functions/mysql/store.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { serviceRights } from '../../../lib/mysql-cluster.ts'
import { application, chat, deletion, edit, message, newToken } from '../changes.ts'
import { type Database, migratedDatabase } from '../mysql.ts'

let database: Database
let service: Db
let user = ''
beforeAll(async () => {
  database = await migratedDatabase()
  const name = `${database.name}_user`.slice(0, 32)
  user = `'${name}'@'%'`
  await database.db.query(`CREATE USER ${user} IDENTIFIED BY 'rights'`)
  // As a deploy of before left it; a deploy may repeat the statements.
  await database.db.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database.name}.* TO ${user}`)
  for (const _ of ['first', 'again'])
    for (const statement of Object.values(serviceRights(user, database.name)))
      await database.db.query(statement)
  service = dbOf(() =>
    createConnection({
      host: process.env.MYSQL_HOST ?? '',
      port: Number(process.env.MYSQL_PORT),
      user: name,
      password: 'rights',
      database: database.name,
      charset: 'utf8mb4',
      dateStrings: true,
      timezone: 'Z',
    }),
  )
})
afterAll(async () => {
  service.renew()
  await database.db.query(`DROP USER IF EXISTS ${user}`)
  await database.drop()
})

test('the user of persist and reindex may store, delete by a tombstone, and keep the outbox', async () => {
  const token = newToken()
  const app = appKey(token)
  const made = message(token, 1, 1, 1)
  const store = storeOf(service)
  expect(await store.store([application(token, 1, 1), chat(token, 1, 1), made])).toEqual([])
  expect(await store.store([edit(made, 2, { body: 'edited' })])).toEqual([])
  expect(await store.store([deletion(made, 3)])).toEqual([])
  const outbox = outboxOf(service)
  expect(await outbox.unindexed(10)).toHaveLength(1)
  await outbox.markIndexed([{ app, chat: 1, number: 1, rev: 3 }])
  expect(await outbox.unindexed(10)).toEqual([])
})

test('it may delete no row and change no table, also where an earlier deploy had granted that', async () => {
  const denied = { cause: { code: 'ER_TABLEACCESS_DENIED_ERROR' } }
  const run = (sql: string) =>
    service
      .query(sql, sql.includes('?') ? [appBytes(appKey('x'))] : [])
      .catch((error: unknown) => ({
        cause: { code: (error as { code?: string }).code },
      }))
  expect(await run('DELETE FROM messages WHERE app = ?')).toEqual(denied)
  expect(await run('DROP TABLE messages')).toEqual(denied)
  expect(await run('ALTER TABLE messages ADD COLUMN x INT')).toEqual(denied)
})
