import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isAway } from '../../functions/api/away-errors.ts'
import { connect } from '../../functions/clients/mysql-connection.ts'
import { credentialsOf } from '../../functions/clients/mysql-credentials.ts'
import { mysqlAway } from '../../functions/mysql/away.ts'
import { type Certificate, certificateFor } from '../../infra-local/machine/certificate.ts'
import { type FailingMysql, failingMysql, type Manner } from '../support/failing-mysql.ts'

const year = 365 * 24 * 3_600_000
const closing: FailingMysql[] = []
let own: Certificate

beforeAll(async () => {
  own = await certificateFor('localhost')
})
beforeEach(() => {
  vi.stubEnv('MYSQL_USER', 'chat')
  vi.stubEnv('MYSQL_HOST', 'localhost')
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(closing.splice(0).map((server) => server.close()))
})

/** Signs in by an IAM token, as on AWS, to a server that has `shown` for its certificate. */
async function signIn(manners: Manner[], shown = own, trusted = own) {
  const server = await failingMysql(shown, manners)
  closing.push(server)
  vi.stubEnv('MYSQL_PORT', String(server.port))
  vi.stubEnv('MYSQL_CA', trusted.cert)
  const error = await connect('chat', 5_000, credentialsOf()).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, server }
}

describe('a server that fails on purpose is away, and was tried twice', () => {
  const places = ['connect', 'greeting', 'handshake', 'login'] as const
  const cuts = places.flatMap((at): Manner[] => [
    { kind: 'cut', at },
    { kind: 'reset', at },
  ])
  const refusals: Manner[] = [1040, 1129].map((errno) => ({ kind: 'greets with', errno }))
  const logins: Manner[] = [1041, 1045, 1053, 1135, 1203, 1226, 3032].map((errno) => ({
    kind: 'logs in with',
    errno,
  }))
  test.each([...cuts, ...refusals, ...logins, { kind: 'no TLS' } as const])(
    '%j',
    async (manner) => {
      const { error, server } = await signIn([manner])
      expect(mysqlAway(error)).toBe('gone')
      expect(isAway(error)).toBe(true)
      expect(server.connections()).toBe(2)
    },
  )
})

describe('a server that is silent is away after one attempt of 2 s', () => {
  const hangs = (['greeting', 'handshake', 'login'] as const).map(
    (at): Manner => ({ kind: 'hang', at }),
  )
  test.concurrent.each([...hangs, { kind: 'silent' } as const, { kind: 'garbage' } as const])(
    '%j',
    async (manner) => {
      const began = Date.now()
      const server = await failingMysql(own, [manner])
      vi.stubEnv('MYSQL_CA', own.cert)
      vi.stubEnv('MYSQL_PORT', String(server.port))
      const credentials = credentialsOf()
      await expect(connect('chat', 5_000, credentials)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
      expect(Date.now() - began).toBeLessThan(3_500)
      expect(server.connections()).toBe(1)
      await server.close()
    },
  )
})

describe('nobody gets the token whose certificate', () => {
  test('is of another host', async () => {
    const other = await certificateFor('elsewhere.example')
    expect((await signIn([{ kind: 'hang', at: 'login' }], other, other)).error).toMatchObject({
      code: 'HANDSHAKE_SSL_ERROR',
      message: expect.stringContaining('altnames'),
    })
  })
  test('has expired', async () => {
    const expired = await certificateFor('localhost', -2 * year)
    expect((await signIn([{ kind: 'hang', at: 'login' }], expired, expired)).error).toMatchObject({
      code: 'HANDSHAKE_SSL_ERROR',
      message: 'certificate has expired',
    })
  })
  test('is of an authority that is not trusted', async () => {
    const stranger = await certificateFor('localhost')
    expect((await signIn([{ kind: 'hang', at: 'login' }], stranger)).error).toMatchObject({
      code: 'HANDSHAKE_SSL_ERROR',
    })
  })
})

test('a refused token is made anew for the second attempt, and its refusal is not 1045', async () => {
  const server = await failingMysql(own, [{ kind: 'logs in with', errno: 1045 }])
  closing.push(server)
  vi.stubEnv('MYSQL_PORT', String(server.port))
  vi.stubEnv('MYSQL_CA', own.cert)
  const credentials = credentialsOf()
  const options = vi.spyOn(credentials, 'options')
  await expect(connect('chat', 5_000, credentials)).rejects.toMatchObject({
    code: 'IAM_TOKEN_REFUSED',
    cause: { errno: 1045 },
  })
  expect(options).toHaveBeenCalledTimes(2)
})

test('a password that is wrong stays a fault: no repeat would mend it', async () => {
  vi.stubEnv('MYSQL_PASSWORD', 'wrong')
  const { error, server } = await signIn([{ kind: 'logs in with', errno: 1045 }])
  expect(error).toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' })
  expect(isAway(error)).toBe(false)
  expect(server.connections()).toBe(1)
})
