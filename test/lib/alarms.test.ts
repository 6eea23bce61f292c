import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, expect, test } from 'vitest'
import { appWith, project, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let chat: Template
beforeAll(async () => {
  chat = templateOf(await appWith({ operatorKey: 'open', alarmEmail: 'owner@example.org' }), 'chat')
}, synthMs)

test.each([
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 0],
  ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 300],
  ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 50_000],
  ['AWS/Lambda', 'Errors', 0],
  ['Chat', 'Collisions', 0],
  ['Chat', 'IndexRefused', 0],
  ['Chat', 'RateUnchecked', 5],
  ['Chat', 'Unauthorized', 20],
  ['Chat', 'TooManyRequests', 1000],
  ['AWS/ApiGateway', '5XXError', 5],
  ['AWS/ES', 'ClusterStatus.red', 0],
])('%s %s above %d is heard of', (Namespace, MetricName, Threshold) => {
  chat.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace,
    MetricName,
    Threshold,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
})

test.each(['Collisions', 'IndexRefused', 'RateUnchecked'])(
  '%s are counted without dimensions, as the functions log them',
  (MetricName) => {
    chat.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Dimensions: Match.absent() })
  },
)

test.each([
  ['Unauthorized', '401'],
  ['TooManyRequests', '429'],
])(
  '%s are counted in the access log, where the refusals of the gateway are, too',
  (name, status) => {
    const [group] =
      resourcesOf(chat, 'AWS::Logs::LogGroup').find(([id]) => id.startsWith('ApiAccessLog')) ?? []
    chat.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: group },
      FilterPattern: `{ $.status = "${status}" }`,
      MetricTransformations: [
        Match.objectLike({ MetricNamespace: 'Chat', MetricName: name, MetricValue: '1' }),
      ],
    })
  },
)

test('a schedule that stopped raises an alarm, though it gives no data', () => {
  chat.resourcePropertiesCountIs(
    'AWS::CloudWatch::Alarm',
    {
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    },
    2,
  )
})

test('the alarm of the quarantine names both words for it, parked and quarantine', () => {
  chat.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: Match.stringLikeRegexp('parked.*quarantine.*Quarantined'),
  })
})

test('every alarm goes to the topic, and the topic to the address that is set', () => {
  const [topic] = resourcesOf(chat, 'AWS::SNS::Topic').map(([id]) => id)
  chat.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: topic }] })
  chat.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'owner@example.org',
  })
})

test('alarms may publish, over TLS alone: a policy of a topic takes the place of the usual one', () => {
  chat.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  })
})

test('docs/operating.md has a section for each alarm, and for no other', () => {
  const names = resourcesOf(chat, 'AWS::CloudWatch::Alarm').map(([id]) =>
    id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
  )
  const alarms =
    readFileSync(join(project, 'docs', 'operating.md'), 'utf8').split('## Alarms')[1] ?? ''
  const sections = [...alarms.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)
  expect(sections.toSorted()).toEqual(names.toSorted())
})
