import { Duration } from 'aws-cdk-lib'
import { type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2'
import {
  AuroraMysqlEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  type IDatabaseCluster,
} from 'aws-cdk-lib/aws-rds'
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources'
import type { Construct } from 'constructs'
import { deleteWhenGone, isProtected, keepAsSet } from './kept.ts'
import { onDeployLogs } from './on-deploy-logs.ts'
import type { Settings } from './settings.ts'
import type { Mysql } from './stores.ts'

const users = { reading: 'chat_reading', service: 'chat', migration: 'chat_migration' } as const
const database = 'chat'
/** As a number, where an attribute of the cluster would make a rule wait for the cluster. */
export const mysqlPort = 3306

/**
 * Aurora MySQL, Serverless v2. All reads go to the writer, because a replica lags behind what was
 * settled. A reader is there to become the writer when that one dies: it takes half a minute, where
 * a new writer takes some. Creates are accepted meanwhile. With 0 units as the least, Aurora pauses
 * when nobody has been connected for 5 minutes, and needs about 15 seconds to resume: reads are 503
 * meanwhile.
 */
export function mysqlCluster(
  scope: Construct,
  vpc: IVpc,
  settings: Settings,
): { cluster: DatabaseCluster; mysql: Mysql } {
  const readers = Array.from({ length: settings.readers }, (_, at) => `reader${at + 1}`)
  const cluster = new DatabaseCluster(scope, 'Mysql', {
    engine: DatabaseClusterEngine.auroraMysql({ version: AuroraMysqlEngineVersion.VER_3_10_4 }),
    writer: ClusterInstance.serverlessV2('writer'),
    readers: readers.map((id) => ClusterInstance.serverlessV2(id, { scaleWithWriter: true })),
    serverlessV2MinCapacity: settings.minCapacity,
    serverlessV2MaxCapacity: settings.maxCapacity,
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    defaultDatabaseName: database,
    credentials: Credentials.fromGeneratedSecret('admin'),
    iamAuthentication: true,
    enableDataApi: true,
    parameters: { require_secure_transport: 'ON' },
    storageEncrypted: true,
    backup: { retention: Duration.days(settings.backupDays) },
    copyTagsToSnapshot: true,
    deletionProtection: isProtected(settings),
  })
  keepAsSet(cluster, settings)
  for (const id of readers) deleteWhenGone(cluster.node.findChild(id))
  return { cluster, mysql: mysqlOf(adoptedCluster(scope, settings) ?? cluster) }
}

const mysqlOf = (cluster: IDatabaseCluster): Mysql => {
  const { hostname, port } = cluster.clusterEndpoint
  return { host: hostname, port: String(port), database, users, cluster }
}

/**
 * A cluster that was restored from a backup of the stack's own. It holds the users, too, and lies
 * in the same subnets and security group. The own one stays as it is.
 */
function adoptedCluster(scope: Construct, { adopt }: Settings): IDatabaseCluster | undefined {
  if (!adopt?.cluster) return undefined
  const { name, resourceId, endpoint } = adopt.cluster
  return DatabaseCluster.fromDatabaseClusterAttributes(scope, 'AdoptedMysql', {
    clusterIdentifier: name,
    clusterResourceIdentifier: resourceId,
    clusterEndpointAddress: endpoint,
    port: mysqlPort,
  })
}

/**
 * What persist and reindex may do: they delete no row, for a tombstone is an update. The second
 * statement takes back what a deploy of before had granted.
 */
const serviceRights = (user: string, database: string) => ({
  ServiceGrant: `GRANT SELECT, INSERT, UPDATE ON ${database}.* TO ${user}`,
  ServiceRevoke: `REVOKE IF EXISTS DELETE ON ${database}.* FROM ${user}`,
})

/**
 * Makes the users that sign in by IAM token, through the Data API as the administrator. So only the
 * Data API reads the administrator's password: no function in the VPC needs it, nor an endpoint to
 * fetch it, and no payload or log holds it (docs/decisions/0008). Repeating the statements changes
 * nothing; deleting the stack leaves the users.
 */
export function databaseUsers(scope: Construct, cluster: DatabaseCluster, mysql: Mysql): void {
  const user = (name: string) => `'${name}'@'%'`
  const byToken = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL"
  const { reading, service, migration } = mysql.users
  const statements = {
    ServiceUser: `CREATE USER IF NOT EXISTS ${user(service)} ${byToken}`,
    ...serviceRights(user(service), database),
    MigrationUser: `CREATE USER IF NOT EXISTS ${user(migration)} ${byToken}`,
    MigrationGrant: `GRANT ALL ON ${database}.* TO ${user(migration)}`,
    ReadingUser: `CREATE USER IF NOT EXISTS ${user(reading)} ${byToken}`,
    ReadingGrant: `GRANT SELECT ON ${database}.* TO ${user(reading)}`,
  }
  let previous: Construct = cluster
  for (const [id, sql] of Object.entries(statements)) {
    const statement = executeOnDeploy(scope, id, cluster, sql)
    // After the writer, which serves the Data API, and a grant after its user. Only the call waits:
    // its IAM policy is made while the writer still starts, and has spread when it is needed.
    statement.node.findChild('Resource').node.addDependency(previous)
    previous = statement
  }
}

function executeOnDeploy(scope: Construct, id: string, cluster: DatabaseCluster, sql: string) {
  const resourceArn = cluster.clusterArn
  const secretArn = cluster.secret?.secretArn
  if (!secretArn) throw new Error('the cluster has no administrator secret')
  const call = {
    service: 'rds-data',
    action: 'ExecuteStatement',
    parameters: { resourceArn, secretArn, sql },
    physicalResourceId: PhysicalResourceId.of(id),
  }
  const resource = new AwsCustomResource(scope, id, {
    onUpdate: call,
    installLatestAwsSdk: false,
    logGroup: onDeployLogs(scope),
    memorySize: 512,
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [resourceArn] }),
  })
  cluster.secret?.grantRead(resource)
  return resource
}
