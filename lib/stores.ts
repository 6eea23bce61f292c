import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IDomain } from 'aws-cdk-lib/aws-opensearchservice'
import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds'

/** Where the functions stand that talk to MySQL or OpenSearch. */
export interface Network {
  readonly vpc: IVpc
  readonly vpcSubnets: SubnetSelection
  readonly securityGroups: ISecurityGroup[]
}

/** `reading` reads rows, `service` also writes them, `migration` also changes the schema. */
export type MysqlRole = 'reading' | 'service' | 'migration'

/**
 * A MySQL server. With `cluster`, users sign in by IAM token and need a grant; without, by
 * `password`.
 */
export interface Mysql {
  readonly host: string
  readonly port: string
  readonly database: string
  readonly users: Readonly<Record<MysqlRole, string>>
  readonly password?: string
  /** The authority of its certificate (PEM), where TLS is used with a password. */
  readonly ca?: string
  readonly cluster?: IDatabaseCluster
}

/** An OpenSearch endpoint. With `domain`, requests are signed and need a grant. */
export interface Search {
  readonly url: string
  readonly domain?: IDomain
}

/**
 * What the chat stack needs from outside of it. Without `search` there is no OpenSearch (a machine
 * that cannot run it), and MySQL searches.
 */
export interface Stores {
  readonly network?: Network
  readonly mysql: Mysql
  readonly search?: Search
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The stores of a laptop, from the environment: MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_DATABASE,
 * and if they are set MYSQL_PASSWORD, MYSQL_CA and OPENSEARCH_URL. Throws an error that names what
 * is missing.
 */
export function localStores(environment: Environment): Stores {
  const missing: string[] = []
  const given = (name: string): string => {
    const value = environment[name]
    if (!value) missing.push(name)
    return value ?? ''
  }
  const user = given('MYSQL_USER')
  const mysql = {
    host: given('MYSQL_HOST'),
    port: given('MYSQL_PORT'),
    database: given('MYSQL_DATABASE'),
    users: { reading: user, service: user, migration: user },
    ...(environment.MYSQL_PASSWORD ? { password: environment.MYSQL_PASSWORD } : {}),
    ...(environment.MYSQL_CA ? { ca: environment.MYSQL_CA } : {}),
  }
  if (missing.length > 0)
    throw new Error(
      `-c target=local needs ${missing.join(', ')} in the environment; \`npm start\` sets them`,
    )
  return {
    mysql,
    ...(environment.OPENSEARCH_URL ? { search: { url: environment.OPENSEARCH_URL } } : {}),
  }
}
