import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { queueMessageBytes } from '../../functions/limits/limits.ts'
import { migrations } from '../../functions/mysql/migrations/index.ts'
import { migrationKey } from '../../lib/migrate.ts'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let chat: Template
beforeAll(async () => {
  chat = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
}, synthMs)

describe('the table', () => {
  test('has the keys, the expiry and the index of the protocol', () => {
    chat.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiry', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'due_shard', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: 'due_shard', AttributeType: 'N' },
        { AttributeName: 'due', AttributeType: 'N' },
      ]),
    })
  })

  test('can be restored to any second', () => {
    chat.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    })
  })
})

describe('a table that is to take much at once', () => {
  test(
    'has the set throughput from its first second, its index too',
    async () => {
      const app = await appWith({ operatorKey: 'open', warmWritesPerSecond: '12000' })
      templateOf(app, 'chat').hasResourceProperties('AWS::DynamoDB::Table', {
        WarmThroughput: { WriteUnitsPerSecond: 12_000 },
        GlobalSecondaryIndexes: [
          Match.objectLike({ WarmThroughput: { WriteUnitsPerSecond: 12_000 } }),
        ],
      })
    },
    synthMs,
  )
})

describe('the queues', () => {
  test('the chat queue keeps order by chat at high throughput, for 14 days, and gives up after 1,000 attempts', () => {
    chat.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      MessageRetentionPeriod: 1_209_600,
      MaximumMessageSize: queueMessageBytes,
      RedrivePolicy: {
        maxReceiveCount: 1000,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueuesDead'), 'Arn'] },
      },
    })
  })

  test('dead letters keep their order, quarantine is a plain queue, both keep for 14 days', () => {
    const queues = resourcesOf(chat, 'AWS::SQS::Queue').map(([id, { Properties }]) => ({
      id,
      ...Properties,
    }))
    const named = (name: string) => queues.find(({ id }) => id.startsWith(name))
    expect(named('QueuesDead')).toMatchObject({
      FifoQueue: true,
      MessageRetentionPeriod: 1_209_600,
    })
    expect(named('QueuesQuarantine')).toMatchObject({ MessageRetentionPeriod: 1_209_600 })
    expect(named('QueuesQuarantine')).not.toHaveProperty('FifoQueue')
  })

  test('take calls over TLS only', () => {
    chat.resourceCountIs('AWS::SQS::QueuePolicy', 3)
    chat.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    })
  })
})

describe('persist', () => {
  test('takes batches of 10, reports each record, and runs a bounded number at a time', () => {
    chat.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 20 },
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueuesChat'), 'Arn'] },
    })
  })

  test('has a visibility timeout of at least 6 times its own timeout', () => {
    const timeout = Number(functionNamed('chat-persist').Timeout)
    const queue = resourcesOf(chat, 'AWS::SQS::Queue').find(([id]) => id.startsWith('QueuesChat'))
    expect(timeout).toBe(20)
    expect(Number(queue?.[1].Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeout)
  })
})

describe('the schedules', () => {
  test.each(['sweep', 'reindex'])(
    '%s starts every minute, ends before the next and never runs twice',
    (job) => {
      const [id] = resourcesOf(chat, 'AWS::Lambda::Function').find(
        ([, { Properties }]) => Properties.FunctionName === `chat-${job}`,
      ) ?? ['']
      chat.hasResourceProperties('AWS::Events::Rule', {
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [id, 'Arn'] } })],
      })
      chat.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: id },
        MaximumRetryAttempts: 0,
      })
      expect(functionNamed(`chat-${job}`)).toMatchObject({
        Timeout: 55,
        ReservedConcurrentExecutions: 1,
      })
    },
  )
})

describe('migrate', () => {
  test('runs before any function that needs its schema is replaced', () => {
    const [trigger] = resourcesOf(chat, 'Custom::Trigger').map(([id]) => id)
    expect(trigger).toBeDefined()
    const needing = resourcesOf(chat, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) =>
        Properties.FunctionName && !/chat-(migrate|no-route)/.test(String(Properties.FunctionName)),
    )
    expect(needing.length).toBeGreaterThan(15)
    for (const [, { DependsOn }] of needing) expect(DependsOn).toContain(trigger)
  })
  test('is not run by a deploy without new migrations, so that one is possible while MySQL is away', async () => {
    const [trigger] = resourcesOf(chat, 'Custom::Trigger')
    const changed = templateOf(await appWith({ operatorKey: 'open', maxBodyBytes: '100' }), 'chat')
    const [other] = resourcesOf(changed, 'Custom::Trigger')
    // The function has changed, and with it what the trigger would run; the trigger is the one that
    // was.
    expect(other?.[1].Properties.HandlerArn).not.toEqual(trigger?.[1].Properties.HandlerArn)
    expect(other?.[0]).toBe(trigger?.[0])
    expect(trigger?.[1].Properties).toMatchObject({ ExecuteOnHandlerChange: false })
  })
  test('is run by one with new migrations, or for stores of another name, as a new resource that a rollback only deletes', () => {
    const one = { version: 1, name: 'one', sql: 'CREATE TABLE t (n INT)' }
    const key = migrationKey([one], ['table', 'host'])
    expect(migrationKey([one], ['table', 'host'])).toBe(key)
    expect(migrationKey([one, { ...one, version: 2 }], ['table', 'host'])).not.toBe(key)
    expect(migrationKey([one], ['table', 'restored'])).not.toBe(key)
    const [trigger] = resourcesOf(chat, 'Custom::Trigger')
    expect(trigger?.[0]).toContain(migrationKey(migrations, ['chat']))
  })
})

describe('in an account that is new', () => {
  test('the role by which the gateway logs is as old as a migration when the gateway is told of it', () => {
    const [trigger] = resourcesOf(chat, 'Custom::Trigger').map(([id]) => id)
    const [account] = resourcesOf(chat, 'AWS::ApiGateway::Account')
    expect(account?.[1].DependsOn).toContain(trigger)
    const [stage] = resourcesOf(chat, 'AWS::ApiGateway::Stage')
    expect(stage?.[1].DependsOn).toContain(account?.[0])
  })
})

describe('the outputs', () => {
  test('name what the front, the tests and the operator address', () => {
    for (const name of [
      'RestApiId',
      'StageName',
      'ApiUrl',
      'TableName',
      'QueueUrl',
      'DeadLetterUrl',
    ])
      chat.hasOutput(name, {})
    chat.hasOutput('QuarantineUrl', {})
    chat.hasOutput('FunctionCreateMessage', {})
    chat.hasOutput('FunctionPersist', {})
  })
})

const functionNamed = (name: string): Record<string, unknown> => {
  const found = resourcesOf(chat, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === name,
  )
  if (!found) throw new Error(`no function ${name}`)
  return found[1].Properties
}
