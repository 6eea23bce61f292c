import { Stack } from 'aws-cdk-lib'
import { CfnSecurityGroup, type Connections } from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources'
import type { Construct, IConstruct } from 'constructs'
import { onDeployLogs } from './on-deploy-logs.ts'

/** A group without any rule would let everything out; this one matches nothing. */
const nowhere = {
  cidrIp: '255.255.255.255/32',
  description: 'Nothing goes out from here',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
}

/** What a group may open connections to: another group, or a list of addresses of AWS. */
export type Way = { to: Connections | { prefixList: string }; port: number; description: string }

/**
 * Lets what stands behind `connections` respond, and open nothing of its own but `ways`. The
 * library's groups let everything out, and so does a group that names no rule itself.
 *
 * The rules are properties of the group, not resources of their own: so the update that takes
 * "everywhere" from a deployed group gives it `ways` in the same call, when all that they name is
 * there. Resources of their own come one by one after the group, the last after minutes.
 */
export function letOutOnly({ securityGroups }: Connections, ways: readonly Way[]): void {
  for (const group of securityGroups) {
    const { defaultChild } = group.node
    if (!(defaultChild instanceof CfnSecurityGroup)) throw new Error('a group made elsewhere')
    defaultChild.securityGroupEgress = [nowhere, ...ways.flatMap(rulesOf)]
  }
}

function rulesOf({ to, port, description }: Way): CfnSecurityGroup.EgressProperty[] {
  const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port, description }
  if ('prefixList' in to) return [{ ...rule, destinationPrefixListId: to.prefixList }]
  return to.securityGroups.map(({ securityGroupId }) => {
    return { ...rule, destinationSecurityGroupId: securityGroupId }
  })
}

/**
 * The id of the list of DynamoDB's addresses in this region, for a rule that lets out to the
 * gateway endpoint: CloudFormation knows no name for it, so a deploy asks EC2. `after`: what the
 * call waits for, so that IAM knows its policy everywhere by then.
 */
export function dynamodbPrefixes(scope: Construct, after: IConstruct): string {
  const name = `com.amazonaws.${Stack.of(scope).region}.dynamodb`
  const call = new AwsCustomResource(scope, 'DynamoDbPrefixes', {
    onUpdate: {
      service: 'ec2',
      action: 'DescribeManagedPrefixLists',
      parameters: { Filters: [{ Name: 'prefix-list-name', Values: [name] }] },
      outputPaths: ['PrefixLists.0.PrefixListId'],
      physicalResourceId: PhysicalResourceId.of('DynamoDbPrefixes'),
    },
    installLatestAwsSdk: false,
    logGroup: onDeployLogs(scope),
    memorySize: 512,
    // EC2 has no resources for what describes.
    policy: AwsCustomResourcePolicy.fromStatements([
      new PolicyStatement({ actions: ['ec2:DescribeManagedPrefixLists'], resources: ['*'] }),
    ]),
  })
  call.node.findChild('Resource').node.addDependency(after)
  return call.getResponseField('PrefixLists.0.PrefixListId')
}
