import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let stores: Template
beforeAll(async () => {
  stores = templateOf(await appWith({ operatorKey: 'open' }), 'chat-stores')
}, synthMs)

const rulesOfFunctions = () =>
  resourcesOf(stores, 'AWS::EC2::SecurityGroup').flatMap(([id, { Properties }]) =>
    id.startsWith('Functions') ? (Properties.SecurityGroupEgress as Record<string, unknown>[]) : [],
  )

describe('the network', () => {
  test('has two isolated subnets and no way out', () => {
    stores.resourceCountIs('AWS::EC2::Subnet', 2)
    stores.resourceCountIs('AWS::EC2::NatGateway', 0)
    stores.resourceCountIs('AWS::EC2::InternetGateway', 0)
    stores.resourceCountIs('AWS::EC2::Route', 0)
  })

  test('reaches DynamoDB by a gateway endpoint and SQS by the only interface endpoint', () => {
    const endpoints = resourcesOf(stores, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => [
      Properties.VpcEndpointType,
      JSON.stringify(Properties.ServiceName).match(/\.(dynamodb|sqs)"/)?.[1],
    ])
    expect(endpoints).toEqual([
      ['Gateway', 'dynamodb'],
      ['Interface', 'sqs'],
    ])
  })

  test('logs what it refuses, for a month', () => {
    stores.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'REJECT' })
  })

  test('lets out nothing but to MySQL, OpenSearch, SQS and DynamoDB, and from the functions alone', () => {
    const groups = resourcesOf(stores, 'AWS::EC2::SecurityGroup')
    expect(groups).toHaveLength(4)
    const nowhere = expect.objectContaining({ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' })
    for (const [id, { Properties }] of groups.filter(([id]) => !id.startsWith('Functions')))
      expect(Properties.SecurityGroupEgress, id).toEqual([nowhere])
    const [first, ...rules] = rulesOfFunctions()
    expect(first).toEqual(nowhere)
    const wayOf = (rule: Record<string, unknown>) => {
      if ('CidrIp' in rule || 'CidrIpv6' in rule) return 'anywhere'
      const target = JSON.stringify(rule.DestinationSecurityGroupId ?? rule.DestinationPrefixListId)
      return `${/Mysql|Search|Sqs|DynamoDbPrefixes/.exec(target)?.[0]} ${rule.FromPort}`
    }
    const ways = ['DynamoDbPrefixes 443', 'Mysql 3306', 'Search 443', 'Sqs 443']
    expect(rules.map(wayOf).toSorted()).toEqual(ways)
    for (const rule of rules) expect(rule.FromPort).toEqual(rule.ToPort)
  })

  test('changes what the functions reach in one call, which waits for neither cluster nor domain', () => {
    stores.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0)
    const rules = JSON.stringify(rulesOfFunctions())
    const named = new Set([...rules.matchAll(/"Fn::GetAtt":\["([^"]+)"/g)].map(([, id]) => id))
    const types = resourcesOf(stores).flatMap(([id, { Type }]) => (named.has(id) ? [Type] : []))
    expect([...new Set(types)].toSorted()).toEqual(['AWS::EC2::SecurityGroup', 'Custom::AWS'])
  })

  test('has endpoints that lead to the table and the queues of this stage, for their own calls', () => {
    const policies = resourcesOf(stores, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => {
      const { Statement } = Properties.PolicyDocument as {
        Statement: { Action: string[]; Resource: { 'Fn::Join': [string, unknown[]] } }[]
      }
      return Statement.map(({ Action, Resource }) => ({
        services: [...new Set(Action.map((action) => action.split(':')[0]))],
        any: Action.some((action) => action.includes('*')),
        ends: Resource['Fn::Join'][1].at(-1),
        account: JSON.stringify(Resource).includes('AWS::AccountId'),
      }))
    })
    expect(policies).toEqual([
      [{ services: ['dynamodb'], any: false, ends: ':table/chat-*', account: true }],
      [{ services: ['sqs'], any: false, ends: ':chat-*', account: true }],
    ])
  })

  test('lets nobody but the functions in', () => {
    const rules = resourcesOf(stores, 'AWS::EC2::SecurityGroupIngress')
    expect(rules).toHaveLength(3)
    for (const [id, { Properties }] of rules) {
      expect(Properties, id).toHaveProperty('SourceSecurityGroupId')
      expect(Properties, id).not.toHaveProperty('CidrIp')
    }
    stores.allResourcesProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
    })
  })
})

describe('MySQL', () => {
  test('is encrypted, backed up, signs in by IAM over TLS and rests at half a unit', () => {
    stores.hasResourceProperties('AWS::RDS::DBCluster', {
      Engine: 'aurora-mysql',
      EnableIAMDatabaseAuthentication: true,
      StorageEncrypted: true,
      BackupRetentionPeriod: 14,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 },
    })
    stores.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
      Parameters: { require_secure_transport: 'ON' },
    })
  })

  test('gets its three users by statements that may be repeated, each after the one before', () => {
    const calls = resourcesOf(stores, 'Custom::AWS').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Create).includes('ExecuteStatement'),
    )
    const sql = calls.map(
      ([, { Properties }]) => JSON.stringify(Properties.Create).match(/sql\\":\\"([^\\]+)/)?.[1],
    )
    expect(sql).toEqual([
      "CREATE USER IF NOT EXISTS 'chat'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
      "GRANT SELECT, INSERT, UPDATE ON chat.* TO 'chat'@'%'",
      "REVOKE IF EXISTS DELETE ON chat.* FROM 'chat'@'%'",
      "CREATE USER IF NOT EXISTS 'chat_migration'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
      "GRANT ALL ON chat.* TO 'chat_migration'@'%'",
      "CREATE USER IF NOT EXISTS 'chat_reading'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
      "GRANT SELECT ON chat.* TO 'chat_reading'@'%'",
    ])
    const writer = resourcesOf(stores, 'AWS::RDS::DBInstance').flatMap(([id]) =>
      id.includes('writer') ? [id] : [],
    )
    const order = [...writer, ...calls.map(([id]) => id)]
    calls.forEach(([, { DependsOn }], i) => {
      expect(DependsOn).toContain(order[i])
    })
  })
})

describe('OpenSearch', () => {
  test('is a 3.x domain in the VPC, encrypted at rest and between nodes, over TLS only', () => {
    stores.hasResourceProperties('AWS::OpenSearchService::Domain', {
      EngineVersion: Match.stringLikeRegexp('^OpenSearch_3\\.'),
      EncryptionAtRestOptions: { Enabled: true },
      NodeToNodeEncryptionOptions: { Enabled: true },
      DomainEndpointOptions: { EnforceHTTPS: true },
      VPCOptions: { SubnetIds: [Match.anyValue(), Match.anyValue()] },
    })
  })

  test('is made after the role that it needs in a VPC, with minutes between policy, role and domain', () => {
    const dependsOn = new Map(
      resourcesOf(stores).map(([id, { DependsOn }]) => [id, [DependsOn ?? []].flat()]),
    )
    const idOf = (type: string, begin: string) =>
      resourcesOf(stores).find(
        ([id, each]) => each.Type.startsWith(type) && id.startsWith(begin),
      )?.[0] ?? ''
    const policy = JSON.stringify(dependsOn.get(idOf('AWS::Lambda::Function', 'AWS679f')))
    expect(policy).toContain('ServiceRoleDefaultPolicy')
    stores.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^AWS679f.*ServiceRoleDefaultPolicy'),
      PolicyDocument: { Statement: [{ Resource: { Ref: idOf('AWS::SecretsManager', 'Mysql') } }] },
    })
    const endpoint = idOf('AWS::EC2::VPCEndpoint', 'VpcSqs')
    expect(dependsOn.get(endpoint)).toContain(idOf('Custom::AWS', 'SearchRole'))
    const domain = idOf('AWS::OpenSearchService::Domain', 'Search')
    expect(dependsOn.get(domain)).toContain(endpoint)
  })

  test('takes a new version as it stands, where CloudFormation would replace it', () => {
    stores.hasResource('AWS::OpenSearchService::Domain', {
      UpdatePolicy: { EnableVersionUpgrade: true },
    })
  })
})

test('what a deploy and the network log is kept for a month, and goes with the stack', () => {
  for (const [id, { DeletionPolicy, Properties }] of resourcesOf(stores, 'AWS::Logs::LogGroup')) {
    expect(DeletionPolicy, id).toBe('Delete')
    expect(Properties.RetentionInDays, id).toBe(30)
  }
})

test('no policy of the stack has a wildcard for a resource, but where AWS knows none', () => {
  const reads = ['lambda:GetAccountSettings', 'ec2:DescribeManagedPrefixLists']
  const allowed = reads.map((action) => `{"Action":"${action}","Effect":"Allow","Resource":"*"}`)
  for (const [id, { Properties }] of resourcesOf(stores, 'AWS::IAM::Policy')) {
    const rest = allowed.reduce((text, one) => text.replace(one, ''), JSON.stringify(Properties))
    expect(rest, id).not.toContain('"Resource":"*"')
  }
})
