import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mysqlEndpoint } from '../../functions/api/mysql-endpoint.ts'
import { certificateFor } from '../../infra-local/machine/certificate.ts'
import { context, eventOf } from '../support/event.ts'
import { type FailingMysql, failingMysql } from '../support/failing-mysql.ts'

let server: FailingMysql
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const certificate = await certificateFor('localhost')
  server = await failingMysql(certificate, [{ kind: 'cut', at: 'handshake' }])
  vi.stubEnv('MYSQL_HOST', 'localhost')
  vi.stubEnv('MYSQL_PORT', String(server.port))
  vi.stubEnv('MYSQL_USER', 'chat')
  vi.stubEnv('MYSQL_PASSWORD', 'password')
  vi.stubEnv('MYSQL_DATABASE', 'chat')
  vi.stubEnv('MYSQL_CA', certificate.cert)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

test('an instance whose MySQL was gone twice responds 503 at once, and does not ask it', async () => {
  const handler = mysqlEndpoint('show-chat', async (_, sql) => ({
    status: 200,
    body: await sql.query('SELECT 1'),
  }))
  const ask = () =>
    handler(eventOf({ pathParameters: { token: 'a'.repeat(32), chat: '1' } }), {
      ...context,
      getRemainingTimeInMillis: () => 15_000,
    })
  const asked: number[] = []
  for (let i = 0; i < 4; i++) {
    const { statusCode, headers, body } = await ask()
    expect([statusCode, Number(headers?.['Retry-After']) > 0]).toEqual([503, true])
    expect(JSON.parse(String(body)).type).toContain('#unavailable')
    asked.push(server.connections())
  }
  // Each of the first two tried a connection twice.
  expect(asked).toEqual([2, 4, 4, 4])
})
