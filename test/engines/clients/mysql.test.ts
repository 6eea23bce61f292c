import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { connect } from '../../../functions/clients/mysql-connection.ts'
import type { Db } from '../../../functions/mysql/db.ts'
import { type Database, emptyDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await emptyDatabase()
  await database.db.query('CREATE TABLE t (n INT PRIMARY KEY)')
})
afterAll(() => database.drop())

const idOf = async (db: Pick<Db, 'query'>) =>
  (await db.query('SELECT CONNECTION_ID() AS id'))[0]?.id
const kill = (id: unknown) => database.db.query(`KILL ${Number(id)}`)
const count = async () => (await database.db.query('SELECT COUNT(*) AS n FROM t'))[0]?.n

test('the session is what the protocol needs, whatever the server defaults to', async () => {
  const [row] = await database.db.query(
    'SELECT @@transaction_isolation AS level, @@time_zone AS zone, @@sql_mode AS mode, @@wait_timeout AS idle',
  )
  expect(row).toMatchObject({ level: 'READ-COMMITTED', zone: '+00:00', idle: 300 })
  expect(row?.mode).toContain('STRICT_ALL_TABLES')
})

test('numbers that a double would round come as text', async () => {
  const [row] = await database.db.query('SELECT 9007199254740991 AS safe, 9007199254740993 AS big')
  expect(row).toEqual({ safe: 9007199254740991, big: '9007199254740993' })
})

test('a statement that finds its old connection dead is repeated on a new one', async () => {
  const db = database.another()
  const id = await idOf(db)
  await kill(id)
  expect(await idOf(db)).not.toBe(id)
})

test('a transaction begins on a new connection where the server closed the idle one', async () => {
  let now = 0
  const db = dbOf(
    (ms) => connect(database.name, ms),
    9_000,
    () => now,
  )
  const id = await idOf(db)
  await kill(id)
  now += 1_000
  expect(await db.transaction(idOf)).not.toBe(id)
  db.renew()
})

test('a transaction whose connection dies is rejected and not repeated', async () => {
  const db = database.another()
  let runs = 0
  const transaction = db.transaction(async (sql) => {
    runs += 1
    await sql.query('INSERT INTO t VALUES (1)')
    await kill(await idOf(sql))
    await sql.query('INSERT INTO t VALUES (2)')
  })
  await expect(transaction).rejects.toThrow()
  expect([runs, await count()]).toEqual([1, 0])
  await db.transaction((sql) => sql.query('INSERT INTO t VALUES (3)'))
  expect(await count()).toBe(1)
})

test('an error rolls back and keeps the connection', async () => {
  const db = database.another()
  const id = await idOf(db)
  const transaction = db.transaction(async (sql) => {
    await sql.query('INSERT INTO t VALUES (4)')
    await sql.query('INSERT INTO t VALUES (3)')
  })
  await expect(transaction).rejects.toMatchObject({ errno: 1062 })
  expect([await count(), await idOf(db)]).toEqual([1, id])
})

test('a statement that is too slow is given up with its connection', async () => {
  const db = dbOf(() => connect(database.name, 60_000), 50)
  const id = await idOf(db)
  await expect(db.transaction((sql) => sql.query('SELECT SLEEP(60)'))).rejects.toMatchObject({
    code: 'PROTOCOL_SEQUENCE_TIMEOUT',
  })
  expect(await idOf(db)).not.toBe(id)
  db.renew()
})

test('renew rejects what runs, and the next call has a new connection', async () => {
  const db = database.another()
  const entered = Promise.withResolvers<unknown>()
  const running = db.transaction(async (sql) => {
    entered.resolve(await idOf(sql))
    await sql.query('SELECT SLEEP(60)')
  })
  const id = await entered.promise
  db.renew()
  await expect(running).rejects.toMatchObject({ code: 'CONNECTION_RENEWED' })
  expect(await idOf(db)).not.toBe(id)
})

test('what renew gave up never runs, neither on a connection that is being opened nor when its turn comes', async () => {
  const [asked, letIn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let opened = 0
  const db = dbOf(async (ms) => {
    opened += 1
    if (opened > 1) return connect(database.name, ms)
    asked.resolve()
    await letIn.promise
    return connect(database.name, ms)
  }, 9_000)
  const ran: string[] = []
  const work = (name: string) => db.transaction(async () => void ran.push(name))
  const old = [work('opening'), work('waiting')]
  const settled = Promise.allSettled(old)
  await asked.promise
  db.renew()
  const next = work('next')
  letIn.resolve()
  const renewed = { status: 'rejected', reason: { code: 'CONNECTION_RENEWED' } }
  expect(await settled).toMatchObject([renewed, renewed])
  await next
  expect([ran, opened]).toEqual([['next'], 2])
  db.renew()
})

/** Connections whose server says that it only reads while `reader` says so. */
const demotable = (reader: () => number, opened: unknown[]) => async (ms: number) => {
  const connection = await connect(database.name, ms)
  opened.push(connection)
  const query = connection.query.bind(connection)
  const answering = (options: { sql: string }) =>
    query({
      ...options,
      sql: options.sql.replace(/@@innodb_read_only OR @@read_only/, String(reader())),
    })
  return Object.assign(connection, { query: answering })
}

test('a kept connection is dropped once its server only reads, for a writer or an error', async () => {
  let [now, reader] = [0, 0]
  const opened: unknown[] = []
  const db = dbOf(
    demotable(() => reader, opened),
    9_000,
    () => now,
  )
  const id = await idOf(db)
  reader = 1
  expect(await idOf(db)).toBe(id)
  now += 1_000
  await expect(idOf(db)).rejects.toMatchObject({ code: 'ER_READ_ONLY_MODE' })
  await expect(db.transaction(idOf)).rejects.toMatchObject({ code: 'ER_READ_ONLY_MODE' })
  reader = 0
  expect(await idOf(db)).not.toBe(id)
  expect(opened).toHaveLength(4)
  db.renew()
})

test('statements of others stay out of a transaction', async () => {
  const db = database.another()
  const entered = Promise.withResolvers<void>()
  const failing = db.transaction(async (sql) => {
    entered.resolve()
    await sql.query('DO SLEEP(0.05)')
    throw new Error('no')
  })
  await entered.promise
  await Promise.all([db.query('INSERT INTO t VALUES (5)'), expect(failing).rejects.toThrow('no')])
  expect(await count()).toBe(2)
})

/** Bytes of the heap that are in use once all garbage is collected. */
function collectedHeap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test('a connection keeps nothing of the statements that have ended on it', async () => {
  const db = database.another()
  const rows = "SELECT REPEAT('a', 100000) AS body FROM (VALUES ROW(1), ROW(2), ROW(3)) AS three"
  const read = async (times: number) => {
    for (let i = 0; i < times; i++) expect(await db.query(rows)).toHaveLength(3)
  }
  await read(50)
  const before = collectedHeap()
  await read(500)
  // All rows together have 150 MB.
  expect(collectedHeap() - before).toBeLessThan(10_000_000)
})
