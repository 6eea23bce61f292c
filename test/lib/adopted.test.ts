import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, expect, test } from 'vitest'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

// What a restore makes has another name. The functions must find it, and nothing may be deleted.
const adopt = {
  table: 'chat-restored',
  cluster: {
    name: 'restored',
    resourceId: 'cluster-ABCDEFGHIJ',
    endpoint: 'restored.cluster-x.eu-west-1.rds.amazonaws.com',
  },
  domain: { name: 'other', endpoint: 'vpc-other-x.eu-west-1.es.amazonaws.com' },
}
let [stores, chat, before, chatBefore]: Template[] = []
beforeAll(async () => {
  const app = await appWith({}, { everywhere: { operatorKey: 'open', adopt } })
  ;[stores, chat] = ['chat-stores', 'chat'].map((name) => templateOf(app, name))
  const own = await appWith({ operatorKey: 'open' })
  ;[before, chatBefore] = ['chat-stores', 'chat'].map((name) => templateOf(own, name))
}, synthMs)

test('the endpoint of the VPC leads to the adopted table, too', () => {
  const policies = stores && resourcesOf(stores, 'AWS::EC2::VPCEndpoint')
  expect(JSON.stringify(policies)).toContain(`:table/${adopt.table}"`)
})

test('functions are given the adopted table, cluster and domain', () => {
  chat?.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'chat-persist',
    Environment: {
      Variables: Match.objectLike({
        TABLE_NAME: adopt.table,
        MYSQL_HOST: adopt.cluster.endpoint,
        MYSQL_PORT: '3306',
        OPENSEARCH_URL: `https://${adopt.domain.endpoint}`,
      }),
    },
  })
  chat?.hasOutput('TableName', { Value: adopt.table })
})

test('and rights to these, not to the own ones', () => {
  const policies = JSON.stringify(chat && resourcesOf(chat, 'AWS::IAM::Policy'))
  for (const name of [
    `:table/${adopt.table}`,
    `:table/${adopt.table}/index/due`,
    `:dbuser:${adopt.cluster.resourceId}/chat"`,
    `:domain/${adopt.domain.name}/`,
  ])
    expect(policies).toContain(name)
  expect(policies).not.toMatch(/TablesChat|Mysql4BE5B1A3|Search14E54FC3/)
})

test('the own ones stay as they are, with their network', () => {
  // But for the endpoints, which lead to what is adopted, too.
  const own = (template?: Template) =>
    template &&
    resourcesOf(template).filter(([, { Type }]) => /RDS|OpenSearch|EC2::(?!VPCEndpoint)/.test(Type))
  expect(own(stores)).toEqual(own(before))
  chat?.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'RetainExceptOnCreate' })
})

test('the migration runs for them: the schema is brought up to date, and the counters are compared', () => {
  const triggerOf = (template?: Template) =>
    template && resourcesOf(template, 'Custom::Trigger').map(([id]) => id)
  expect(triggerOf(chat)).toHaveLength(1)
  expect(triggerOf(chat)).not.toEqual(triggerOf(chatBefore))
})
