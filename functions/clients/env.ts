/**
 * The environment that a function runs in. lib/service-function.ts sets each variable together with
 * the grant that it needs, so a variable that is unset is a binding that is missing.
 *
 * - TABLE_NAME, QUEUE_URL, QUARANTINE_URL
 * - MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_DATABASE
 * - MYSQL_PASSWORD: unset, an IAM token is used in its place
 * - MYSQL_CA: the authority of MySQL's certificate (PEM). Unset, Amazon's for an IAM token, and no
 * TLS for a password
 * - OPENSEARCH_URL: requests are signed (SigV4, service `es`) unless it is plain http
 * - METRICS_NAMESPACE: of the counts in the log; `Chat` where it is unset
 * - BASE_PATH: the path of the base address, such as `/v1`; unset where it has none
 * - OPERATOR_KEY_SHA256: hex hashes separated by commas. Unset or empty, anybody may create and
 * list applications; `none`: nobody has a key, and nobody may
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

/** The variable's value. Throws when it is unset. */
export function env(name: Variable): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`the environment variable ${name} is not set: the function lacks a binding`)
  return value
}

/** The variable's value; undefined where it is unset or empty, which has a meaning (see above). */
export const optionalEnv = (
  name: 'MYSQL_PASSWORD' | 'MYSQL_CA' | 'OPERATOR_KEY_SHA256' | 'BASE_PATH' | 'METRICS_NAMESPACE',
): string | undefined => process.env[name] || undefined
