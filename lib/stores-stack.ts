import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import {
  FlowLogDestination,
  FlowLogTrafficType,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Domain } from 'aws-cdk-lib/aws-opensearchservice'
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds'
import type { Construct, IConstruct } from 'constructs'
import { dynamodbPrefixes, letOutOnly } from './egress.ts'
import { addEndpoints } from './endpoints.ts'
import { isProtected, keepAsSet } from './kept.ts'
import { databaseUsers, mysqlCluster, mysqlPort } from './mysql-cluster.ts'
import { insistOnOperatorKey } from './operator-key.ts'
import { QuotaCheck } from './quota-check.ts'
import { searchDomain, searchOf, searchRole } from './search-domain.ts'
import { type Settings, tagsOf } from './settings.ts'
import type { Network, Stores } from './stores.ts'

/** Logs for a month what the network refuses: who knocks where nobody should. */
function logRefused(vpc: IVpc): void {
  const group = new LogGroup(vpc, 'Refused', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  vpc.addFlowLog('FlowLog', {
    trafficType: FlowLogTrafficType.REJECT,
    destination: FlowLogDestination.toCloudWatchLogs(group),
  })
}

/** A construct's resource without the rules of its group, which wait for the functions' group. */
const resourceOf = (construct: IConstruct): IConstruct => construct.node.findChild('Resource')

/**
 * What outlives the functions: VPC, Aurora MySQL, OpenSearch. There is no NAT and no internet
 * gateway, so nothing in the VPC can reach out, and the rules of its groups say so once more. The
 * two services that functions need have endpoints (that of DynamoDB costs nothing, that of SQS is
 * paid by the hour).
 */
export class StoresStack extends Stack {
  readonly stores: Stores

  constructor(
    scope: Construct,
    id: string,
    { settings, ...props }: StackProps & { settings: Settings },
  ) {
    super(scope, id, {
      description: 'Chat: VPC, MySQL, OpenSearch',
      terminationProtection: isProtected(settings),
      tags: tagsOf(settings),
      ...props,
    })
    insistOnOperatorKey(this, settings)
    const { network, clients, endpoint } = this.#network(settings)
    const { cluster, mysql } = mysqlCluster(this, network.vpc, settings)
    cluster.connections.allowDefaultPortFrom(clients, 'the functions')
    databaseUsers(this, cluster, mysql)
    const domain =
      settings.search === 'none'
        ? undefined
        : this.#search(network.vpc, clients, endpoint, settings)
    const stores = [cluster, ...(domain ? [domain] : [])]
    for (const each of [endpoint, ...stores]) letOutOnly(each.connections, [])
    letOutOnly(clients.connections, [
      { to: cluster.connections, port: mysqlPort, description: 'MySQL' },
      ...(domain ? [{ to: domain.connections, port: 443, description: 'OpenSearch' }] : []),
      { to: endpoint.connections, port: 443, description: 'SQS' },
      {
        to: { prefixList: dynamodbPrefixes(this, resourceOf(endpoint)) },
        port: 443,
        description: 'DynamoDB',
      },
    ])
    new QuotaCheck(this, 'Quota', settings, [network.vpc, ...stores])
    this.#keepExports(cluster, domain)
    this.stores = {
      network,
      mysql,
      ...(domain ? { search: searchOf(this, domain, settings) } : {}),
    }
  }

  /**
   * Exports what the functions are given of the own stores, also where they use adopted ones. A
   * deploy updates this stack first, and CloudFormation deletes no export that the deployed
   * functions still import. The names are those that a reference from the other stack gives.
   */
  #keepExports(cluster: DatabaseCluster, domain: Domain | undefined): void {
    const { hostname, port } = cluster.clusterEndpoint
    for (const value of [hostname, port, cluster.clusterResourceIdentifier]) this.exportValue(value)
    if (!domain) return
    for (const value of [domain.domainEndpoint, domain.domainArn, domain.domainName])
      this.exportValue(value)
  }

  #search(vpc: IVpc, clients: SecurityGroup, endpoint: IConstruct, settings: Settings): Domain {
    const domain = searchDomain(this, vpc, settings)
    // IAM knows a new role everywhere only some seconds later, and in an account that has not had
    // this one the domain would be refused. An endpoint takes a minute or two.
    endpoint.node.addDependency(searchRole(this))
    resourceOf(domain).node.addDependency(resourceOf(endpoint))
    domain.connections.allowFrom(clients, Port.tcp(443), 'the functions')
    return domain
  }

  /**
   * The network, with one security group for all functions. The group is made here, so that rules
   * which name it need no reference to the stack of the functions.
   */
  #network(settings: Settings) {
    // A Vpc is an IVpc, but the library's types do not say so under exactOptionalPropertyTypes.
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'stores', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
      ],
    }) as IVpc
    keepAsSet(vpc, settings)
    if (settings.flowLogs) logRefused(vpc)
    const clients = new SecurityGroup(this, 'Functions', {
      vpc,
      description: 'The functions of the chat stack',
      // `letOutOnly` says what they reach. With false the library would make a resource of each.
      allowAllOutbound: true,
    })
    const { sqs: endpoint } = addEndpoints(this, vpc, clients, settings)
    const vpcSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED }
    const network: Network = { vpc, vpcSubnets, securityGroups: [clients] }
    return { network, clients, endpoint }
  }
}
