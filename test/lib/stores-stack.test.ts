import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let stores: Template
beforeAll(async () => {
  stores = templateOf(await appWith({ operatorKey: 'open' }), 'chat-stores')
}, synthMs)

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
  test('is encrypted, backed up, protected, signs in by IAM over TLS and rests at half a unit', () => {
    stores.hasResource('AWS::RDS::DBCluster', { DeletionPolicy: 'Retain' })
    stores.hasResourceProperties('AWS::RDS::DBCluster', {
      Engine: 'aurora-mysql',
      EnableIAMDatabaseAuthentication: true,
      StorageEncrypted: true,
      DeletionProtection: true,
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
      "GRANT SELECT, INSERT, UPDATE, DELETE ON chat.* TO 'chat'@'%'",
      "CREATE USER IF NOT EXISTS 'chat_migration'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
      "GRANT ALL ON chat.* TO 'chat_migration'@'%'",
      "CREATE USER IF NOT EXISTS 'chat_reading'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
      "GRANT SELECT ON chat.* TO 'chat_reading'@'%'",
    ])
    const writer = resourcesOf(stores, 'AWS::RDS::DBInstance').map(([id]) => id)
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

  test('is made after the role that it needs in a VPC', () => {
    const [domain] = resourcesOf(stores, 'AWS::OpenSearchService::Domain')
    expect(domain?.[1].DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SearchRole/)]),
    )
  })
})

test('no policy of the stack has a wildcard for a resource', () => {
  for (const [id, { Properties }] of resourcesOf(stores, 'AWS::IAM::Policy'))
    expect(JSON.stringify(Properties), id).not.toContain('"Resource":"*"')
})
