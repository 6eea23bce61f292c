import { Stack } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  type InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
  type SecurityGroup,
} from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { tableActions } from './calls.ts'
import { prefixOf, type Settings } from './settings.ts'

/**
 * The two services that functions in the VPC need. Each endpoint lets through what those functions
 * call, to the table and the queues of this stage alone: so who got into a function could not carry
 * data to a table or a queue of another account. Both have names that begin with that of the
 * stack, for CloudFormation makes them; a table that the settings adopt has its own.
 */
export function addEndpoints(
  scope: Construct,
  vpc: IVpc,
  clients: SecurityGroup,
  settings: Settings,
): { sqs: InterfaceVpcEndpoint } {
  const stack = Stack.of(scope)
  const arn = (service: string, resource: string) =>
    `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`
  const own = `${prefixOf(settings)}-*`
  const only = (actions: string[], resources: string[]) =>
    new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources })

  const dynamodb = vpc.addGatewayEndpoint('DynamoDb', {
    service: GatewayVpcEndpointAwsService.DYNAMODB,
  })
  const tableCalls = [...Object.values(tableActions), 'dynamodb:Scan']
  const tables = [own, ...(settings.adopt?.table ? [settings.adopt.table] : [])]
  dynamodb.addToPolicy(
    only(
      tableCalls,
      // The index `due` is used outside of the VPC alone.
      tables.map((table) => arn('dynamodb', `table/${table}`)),
    ),
  )

  const service = InterfaceVpcEndpointAwsService.SQS
  // One zone is enough to reach the queue; a second one is paid for being there when that fails.
  const subnets = { subnets: vpc.isolatedSubnets.slice(0, settings.zones) }
  const sqs = vpc.addInterfaceEndpoint('Sqs', { service, open: false, subnets })
  sqs.connections.allowFrom(clients, Port.tcp(443), 'the functions')
  const queueCalls = ['SendMessage', 'ChangeMessageVisibility', 'GetQueueAttributes']
  sqs.addToPolicy(
    only(
      queueCalls.map((call) => `sqs:${call}`),
      [arn('sqs', own)],
    ),
  )
  return { sqs }
}
