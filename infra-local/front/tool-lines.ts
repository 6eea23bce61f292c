import type { AwsAccess } from '../machine/aws-access.ts'
import { hasProxy } from '../machine/environment.mjs'

/** What the lines are made of. */
export interface Reached {
  access: AwsAccess
  /** The file that has this access (aws-access.ts). */
  accessFile: string
  tableName: string
  mysql: { MYSQL_HOST: string; MYSQL_PORT: string; MYSQL_USER: string; MYSQL_DATABASE: string }
  /** Has address and password (mysql-client-file.ts). Unset: the MySQL is the person's own. */
  mysqlFile?: string
  /** Empty: there is none. */
  openSearchUrl: string
}

/** As one word of a shell. */
const quoted = (word: string) =>
  /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/**
 * A line for a shell for each of `mysql`, OpenSearch and `aws`, which looks at what the stack has
 * stored. That of `aws` bears a profile and an endpoint of the person's own.
 */
export function toolLines(reached: Reached): string[] {
  const { access, accessFile, tableName, mysql, mysqlFile, openSearchUrl } = reached
  const given = ['-h', quoted(mysql.MYSQL_HOST), '-P', mysql.MYSQL_PORT, '-p']
  const client =
    mysqlFile === undefined
      ? [...given, '-u', quoted(mysql.MYSQL_USER)]
      : [`--defaults-extra-file=${quoted(mysqlFile)}`]
  const noProxy = hasProxy() ? ['--noproxy', quoted('*')] : []
  const file = quoted(accessFile)
  const files = [`AWS_CONFIG_FILE=${file}`, `AWS_SHARED_CREDENTIALS_FILE=${file}`]
  const where = ['--profile', 'default', '--region', 'us-east-1', '--endpoint-url', access.endpoint]
  const scan = ['dynamodb', 'scan', '--max-items', '5', '--table-name', quoted(tableName)]
  return [
    ['mysql', ...client, quoted(mysql.MYSQL_DATABASE)],
    ...(openSearchUrl
      ? [['curl', ...noProxy, '-s', quoted(`${withoutUser(openSearchUrl)}/_cat/indices?v`)]]
      : []),
    [...files, 'aws', ...where, ...scan],
  ].map((words) => words.join(' '))
}

/** The address without a name and a password in it. */
function withoutUser(address: string): string {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}
