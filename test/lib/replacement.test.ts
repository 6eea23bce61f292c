import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, expect, test } from 'vitest'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let templates: Template[]
beforeAll(async () => {
  const app = await appWith({ operatorKey: 'open' })
  templates = ['chat-stores', 'chat'].map((name) => templateOf(app, name))
}, synthMs)

/**
 * The stores as they were deployed first: the logical id, and the properties of which a change is
 * "Update requires: Replacement" in CloudFormation's reference. Replaced is a store by an empty
 * one, so these never change. A property that is undefined here is set by nobody.
 */
const stores = [
  {
    type: 'AWS::DynamoDB::Table',
    id: 'TablesChat825E6BB9',
    properties: {
      TableName: undefined,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  },
  {
    type: 'AWS::RDS::DBCluster',
    id: 'Mysql4BE5B1A3',
    properties: {
      DBClusterIdentifier: undefined,
      DatabaseName: 'chat',
      DBSubnetGroupName: { Ref: 'MysqlSubnetsB1BBB217' },
      KmsKeyId: undefined,
      StorageEncrypted: true,
      SnapshotIdentifier: undefined,
      SourceDBClusterIdentifier: undefined,
    },
  },
  {
    type: 'AWS::OpenSearchService::Domain',
    id: 'Search14E54FC3',
    properties: {
      DomainName: undefined,
      EncryptionAtRestOptions: { Enabled: true },
      NodeToNodeEncryptionOptions: { Enabled: true },
    },
  },
] as const

test.each(stores)('a deploy replaces no $type', ({ type, id, properties }) => {
  const found = templates.flatMap((template) => resourcesOf(template, type))
  expect(found.map(([name]) => name)).toEqual([id])
  for (const [name, value] of Object.entries(properties))
    expect(found[0]?.[1].Properties[name], name).toEqual(value)
})
