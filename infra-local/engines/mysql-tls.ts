import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { certificateFor } from '../machine/certificate.ts'
import type { Stack } from '../machine/stack.ts'

export interface MySqlTls {
  /** For mysqld. */
  args: string[]
  /** What its clients have to set; nothing where they may connect without TLS. */
  client: { MYSQL_CA?: string }
}

/** Whether CHAT_MYSQL_TLS asks for TLS. Throws CannotStart where this MySQL cannot have it. */
export function tlsIsAsked(native: boolean): boolean {
  const asked = process.env.CHAT_MYSQL_TLS ?? 'off'
  if (asked !== 'on' && asked !== 'off')
    throw new CannotStart(`CHAT_MYSQL_TLS is ${JSON.stringify(asked)}: on or off`)
  if (asked === 'on' && !native)
    throw new CannotStart(
      'CHAT_MYSQL_TLS=on needs a MySQL that is started as a process: CHAT_DOCKER=off, and no MYSQL_URL',
    )
  return asked === 'on'
}

/**
 * The TLS of a native MySQL: a certificate for `localhost` that each start makes anew, in the
 * stack's folder (`mysql-tls/cert.pem`). It is always offered; with CHAT_MYSQL_TLS=on it is
 * required, and the functions check it as they check Aurora's. Throws CannotStart.
 */
export async function mysqlTls(stack: Stack): Promise<MySqlTls> {
  const required = tlsIsAsked(true)
  const { key, cert } = await certificateFor('localhost')
  const folder = join(stack.folder, 'mysql-tls')
  mkdirSync(folder, { recursive: true })
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  return {
    args: [
      `--ssl-cert=${certFile}`,
      `--ssl-key=${keyFile}`,
      ...(required ? ['--require-secure-transport=ON'] : []),
    ],
    client: required ? { MYSQL_CA: cert } : {},
  }
}
