import { expect, test } from 'vitest'
import { sqlUntil } from '../../functions/clients/sql-until.ts'
import type { Db } from '../../functions/mysql/db.ts'

/** A connection whose statements hang until it is renewed. */
function hangingDb() {
  const seen = { statements: [] as string[], renewals: 0 }
  const rejecters: ((error: Error) => void)[] = []
  const hang = () => new Promise<never>((_, reject) => rejecters.push(reject))
  const db: Db = {
    query: (sql) => {
      seen.statements.push(sql)
      return hang()
    },
    transaction: hang,
    renew() {
      seen.renewals += 1
      for (const reject of rejecters.splice(0)) reject(new Error('given up'))
    },
  }
  return { db, seen }
}

test('what hangs when the time is over gives its connection up', async () => {
  const { db, seen } = hangingDb()
  const time = new AbortController()
  const reading = sqlUntil(db, time.signal, (call) => call()).query('SELECT 1')
  expect(seen.renewals).toBe(0)
  time.abort()
  await expect(reading).rejects.toThrow('given up')
  expect(seen.renewals).toBe(1)
})

test('what asks later than that never reaches the connection', async () => {
  const { db, seen } = hangingDb()
  const time = new AbortController()
  const sql = sqlUntil(db, time.signal, (call) => call())
  time.abort()
  await expect(sql.query('SELECT 2')).rejects.toThrow(/abort/)
  expect(seen).toEqual({ statements: [], renewals: 1 })
})
