import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import type { HttpResponse } from '../../../functions/api/http-response.ts'
import { mysqlEndpoint } from '../../../functions/api/mysql-endpoint.ts'
import { ids } from '../../../functions/clients/clock.ts'
import { mysql } from '../../../functions/clients/mysql.ts'
import type { Sql } from '../../../functions/mysql/db.ts'
import { context, eventOf } from '../../support/event.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterAll(() => mysql().renew())

/** A request to a function that Lambda would kill in so many milliseconds. */
function ask(run: (sql: Sql) => Promise<HttpResponse>, ms: number) {
  const end = Date.now() + ms
  return mysqlEndpoint('show-chat', (_, sql) => run(sql))(
    eventOf({ pathParameters: { token: ids.text(32), chat: '1' } }),
    { ...context, getRemainingTimeInMillis: () => end - Date.now() },
  )
}
const connectionId = async (sql: Sql): Promise<HttpResponse> => ({
  status: 200,
  body: await sql.query('SELECT CONNECTION_ID() AS id'),
})

test('a read that hangs on MySQL is 504, and the next request has a connection of its own', async () => {
  const first = await ask(connectionId, 15_000)
  expect(first.statusCode).toBe(200)
  expect(await ask(connectionId, 15_000)).toMatchObject({ body: first.body })

  const late = Promise.withResolvers<unknown>()
  const hung = await ask(async (sql) => {
    await sql.query('SELECT SLEEP(4)').catch(late.resolve)
    await sql.query('SELECT 1').catch(late.resolve)
    return { status: 200 }
  }, 1_500)
  expect(hung.statusCode).toBe(504)
  expect(await late.promise).toMatchObject({ code: 'CONNECTION_RENEWED' })

  const started = Date.now()
  const next = await ask(connectionId, 15_000)
  expect(next.statusCode).toBe(200)
  expect(next.body).not.toBe(first.body)
  // Far below the time for which the first connection is still asleep.
  expect(Date.now() - started).toBeLessThan(2_000)
})
