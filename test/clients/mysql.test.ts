import type { Connection } from 'mysql2/promise'
import { expect, test } from 'vitest'
import { dbOf } from '../../functions/clients/mysql.ts'

const refusal = (code: string) => Object.assign(new Error('refused'), { code, sqlState: '08S01' })

/** A server of which the first connection refuses the statement so, and the next ones do it. */
function refusingOnce(code: string) {
  let opened = 0
  const connect = async (): Promise<Connection> => {
    opened += 1
    const refuses = opened === 1
    const query = async ({ sql }: { sql: string }) => {
      if (sql.startsWith('SELECT @@')) return [[{ reader: 0 }]]
      if (refuses) throw refusal(code)
      return [[{ done: 1 }]]
    }
    // Of a connection dbOf uses these two alone.
    return { query, destroy: () => undefined } as unknown as Connection
  }
  return { db: dbOf(connect), opened: () => opened }
}

test.each(['ER_SERVER_SHUTDOWN', 'ER_SESSION_WAS_KILLED', 'ER_READ_ONLY_MODE'])(
  '%s leaves the connection: the statement is repeated on a new one',
  async (code) => {
    const { db, opened } = refusingOnce(code)
    expect(await db.query('SELECT 1')).toEqual([{ done: 1 }])
    expect(opened()).toBe(2)
  },
)

test.each(['ER_LOCK_DEADLOCK', 'ER_QUERY_TIMEOUT', 'ER_PARSE_ERROR'])(
  '%s keeps the connection, and is not repeated',
  async (code) => {
    const { db, opened } = refusingOnce(code)
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code })
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code })
    expect(opened()).toBe(1)
  },
)

test('a transaction is not repeated: whether it was committed is not known', async () => {
  const { db, opened } = refusingOnce('ER_SERVER_SHUTDOWN')
  const work = (sql: { query(text: string): Promise<unknown> }) => sql.query('UPDATE t SET a = 1')
  await expect(db.transaction(work)).rejects.toMatchObject({ code: 'ER_SERVER_SHUTDOWN' })
  expect(opened()).toBe(1)
  expect(await db.query('SELECT 1')).toEqual([{ done: 1 }])
})
