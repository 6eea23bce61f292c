/**
 * The environment a function runs in. lib/service-function.ts sets each variable together with the
 * grant it needs, so a variable that is missing is a binding that is missing: say which.
 *
 * TABLE_NAME, QUEUE_URL, QUARANTINE_URL
 * MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_DATABASE; MYSQL_PASSWORD locally, an IAM token where it
 * is not set
 * OPENSEARCH_URL; requests are signed (SigV4, service `es`) unless it is plain http
 * BASE_PATH: the path of the base address, such as `/v1`; absent: none
 * OPERATOR_KEY_SHA256: hex hashes separated by commas; absent or empty: creating applications is
 *   open (listing them too), 'none': nobody has a key, and nobody is let in
 */
export type Variable =
  | 'TABLE_NAME'
  | 'QUEUE_URL'
  | 'QUARANTINE_URL'
  | 'MYSQL_HOST'
  | 'MYSQL_PORT'
  | 'MYSQL_USER'
  | 'MYSQL_DATABASE'
  | 'OPENSEARCH_URL'
  | 'AWS_REGION'

/** The variable's value. Throws when it is not set. */
export function env(name: Variable): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`the environment variable ${name} is not set: the function lacks a binding`)
  return value
}

/** The variable's value where its absence has a meaning. */
export const optionalEnv = (
  name: 'MYSQL_PASSWORD' | 'OPERATOR_KEY_SHA256' | 'BASE_PATH',
): string | undefined => process.env[name] || undefined
