import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { connect } from '../../../functions/clients/mysql-connection.ts'
import type { Sql } from '../../../functions/mysql/db.ts'
import { selectsWithin } from '../../../functions/mysql/select-time.ts'
import { SearchTooLong } from '../../../functions/search/too-long.ts'
import { type Database, emptyDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await emptyDatabase()
  await database.db.query('CREATE TABLE t (n INT PRIMARY KEY)')
  await database.db.query('INSERT INTO t VALUES ?', [Array.from({ length: 2_000 }, (_, i) => [i])])
})
afterAll(() => database.drop())

/** Takes minutes: eight thousand million sums. */
const endless = 'SELECT SUM(a.n + b.n + c.n) AS endless FROM t a JOIN t b JOIN t c'
const running = async () => {
  const [row] = await database.db.query(
    `SELECT COUNT(*) AS n FROM information_schema.processlist
     WHERE info LIKE '%AS endless%' AND id <> CONNECTION_ID()`,
  )
  return row?.n
}
const idOf = async (db: Sql) => (await db.query('SELECT CONNECTION_ID() AS id'))[0]?.id

describe('a SELECT', () => {
  test('is ended by the server before its client gives it up, and the connection is kept', async () => {
    const db = dbOf((ms) => connect(database.name, ms), 1_000)
    const id = await idOf(db)
    await expect(db.query(endless)).rejects.toMatchObject({ code: 'ER_QUERY_TIMEOUT' })
    await expect(db.transaction((sql) => sql.query(endless))).rejects.toMatchObject({
      code: 'ER_QUERY_TIMEOUT',
    })
    expect([await idOf(db), await running()]).toEqual([id, 0])
    db.renew()
  })

  test('is ended by the server soon after its connection was given up', async () => {
    const db = dbOf((ms) => connect(database.name, ms), 1_000)
    const given = db.query(endless).catch((error) => error)
    await vi.waitFor(async () => expect(await running()).toBe(1), { interval: 10 })
    db.renew()
    expect(await given).toMatchObject({ code: 'CONNECTION_RENEWED' })
    await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 2_000 })
  })

  test('of a search has the time that is left of it', async () => {
    const db = database.another()
    const began = performance.now()
    const left = () => began + 500 - performance.now()
    const within = selectsWithin(db, left)
    expect(await within.query('SELECT 1 AS one UNION ALL SELECT 2')).toHaveLength(2)
    await expect(within.query(`${endless} UNION ALL SELECT 1`)).rejects.toThrow(SearchTooLong)
    expect(performance.now() - began).toBeLessThan(2_500)
    expect(await running()).toBe(0)
    // The connection is sound, and what comes after is not begun.
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await expect(within.query('SELECT 1')).rejects.toThrow(SearchTooLong)
  })
})
