import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { connect } from '../../../functions/clients/mysql-connection.ts'
import { credentialsOf } from '../../../functions/clients/mysql-credentials.ts'
import { certificateFor } from '../../../infra-local/machine/certificate.ts'

/** Where the stack has started MySQL as a process (infra-local/engines/mysql-tls.ts). */
const file = join(dirname(process.env.CHAT_OUTPUTS ?? ''), 'mysql-tls', 'cert.pem')

afterEach(() => vi.unstubAllEnvs())

const trusting = (ca: string) => {
  vi.stubEnv('MYSQL_CA', ca)
  const credentials = credentialsOf()
  return dbOf((ms) => connect(process.env.MYSQL_DATABASE, ms, credentials))
}

test.skipIf(!existsSync(file))(
  'a real MySQL is reached by TLS, its certificate checked',
  async () => {
    const db = trusting(readFileSync(file, 'utf8'))
    const [cipher] = await db.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
    expect(cipher?.Value).toMatch(/^(TLS_|ECDHE)/)
    db.renew()
  },
)

test.skipIf(!existsSync(file))('it is not reached by who trusts another certificate', async () => {
  const stranger = await certificateFor('localhost')
  await expect(trusting(stranger.cert).query('SELECT 1')).rejects.toMatchObject({
    code: 'HANDSHAKE_SSL_ERROR',
  })
})
