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
    const refused = async () => {
      const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Aborted_connects'")
      return Number(/"Value":"(\d+)"/.exec(JSON.stringify(rows))?.[1])
    }
    const before = await refused()
    const form = 'x=DROP DATABASE chat'
    for (const line of ['GET / HTTP/1.1', 'POST / HTTP/1.1', 'OPTIONS / HTTP/1.1']) {
      const length = `Content-Length: ${form.length}`
      const answer = await rawHttp({ hostname: host, port }, [line, 'Host: a', length], form)
      // It greets, finds no packet of its protocol, and resets: what it sent may be lost with that.
      expect(answer.status).toBe(0)
      expect(answer.head).not.toContain('HTTP/')
    }
    await expect.poll(refused, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 3)
    const [rows] = await connection.query('SHOW DATABASES')
    expect(JSON.stringify(rows)).toContain('"chat"')
    await connection.end()
  })
})
