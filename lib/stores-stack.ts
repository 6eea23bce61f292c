import { Stack, type StackProps } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { databaseUsers, mysqlCluster } from './mysql-cluster.ts'
import { insistOnOperatorKey } from './operator-key.ts'
import { searchDomain } from './search-domain.ts'
import type { Network, Stores } from './stores.ts'

/**
 * What outlives the functions: VPC, Aurora MySQL, OpenSearch. There is no NAT and no internet
 * gateway, so nothing in the VPC can reach out. The two services that functions need have endpoints
 * (that of DynamoDB costs nothing, that of SQS is paid by the hour).
 */
export class StoresStack extends Stack {
  readonly stores: Stores

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, {
      description: 'Chat: VPC, MySQL, OpenSearch',
      terminationProtection: true,
      ...props,
    })
    insistOnOperatorKey(this)
    const { network, clients } = this.#network()
    const { cluster, mysql } = mysqlCluster(this, network.vpc)
    cluster.connections.allowDefaultPortFrom(clients, 'the functions')
    databaseUsers(this, cluster, mysql)
    const domain = searchDomain(this, network.vpc)
    domain.connections.allowFrom(clients, Port.tcp(443), 'the functions')
    this.stores = { network, mysql, search: { url: `https://${domain.domainEndpoint}`, domain } }
  }

  /**
   * The network, with one security group for all functions. The group is made here, so that rules
   * which name it need no reference to the stack of the functions.
   */
  #network(): { network: Network; clients: SecurityGroup } {
    // A Vpc is an IVpc, but the library's types do not say so under exactOptionalPropertyTypes.
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'stores', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    }) as IVpc
    const clients = new SecurityGroup(this, 'Functions', {
      vpc,
      description: 'The functions of the chat stack',
    })
    vpc
      .addInterfaceEndpoint('Sqs', { service: InterfaceVpcEndpointAwsService.SQS, open: false })
      .connections.allowFrom(clients, Port.tcp(443), 'the functions')
    const vpcSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED }
    return { network: { vpc, vpcSubnets, securityGroups: [clients] }, clients }
  }
}
