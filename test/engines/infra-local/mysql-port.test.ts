import { createConnection } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import { rawHttp } from '../../support/raw-http.ts'

const { MYSQL_HOST: host = '', MYSQL_PORT: port = '', MYSQL_PASSWORD: password = '' } = process.env
const connect = (user: string, given: string | undefined) =>
  createConnection({ host, port: Number(port), user, ...(given ? { password: given } : {}) })

// In Docker, and with MYSQL_URL, users and passwords are others.
describe.skipIf(password.length !== 32)("the local MySQL's port", () => {
  test.each([
    ['the user of the functions without a password', 'app', undefined],
    ['the user of the functions with its name for a password', 'app', 'app'],
    ['the administrator, who has no password', 'root', undefined],
  ])('does not let in %s', async (_, user, given) => {
    await expect(connect(user, given)).rejects.toThrow(/denied|not allowed/)
  })

  test('has no response for what a browser says, and goes on', async () => {
    const connection = await connect('app', password)
    const form = 'x=DROP DATABASE chat'
    for (const line of ['GET / HTTP/1.1', 'POST / HTTP/1.1', 'OPTIONS / HTTP/1.1']) {
      const length = `Content-Length: ${form.length}`
      const answer = await rawHttp({ hostname: host, port }, [line, 'Host: a', length], form)
      // Its greeting, and that packets are out of order.
      expect(answer.status).toBe(0)
      expect(answer.head).toMatch(/_password/)
    }
    const [rows] = await connection.query('SHOW DATABASES')
    expect(JSON.stringify(rows)).toContain('"chat"')
    await connection.end()
  })
})
