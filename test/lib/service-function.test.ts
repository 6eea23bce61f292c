import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { metafile } from '../../bin/build/build.ts'
import { functionEntries, functionsOf } from '../../lib/function-entries.ts'
import {
  appWith,
  functionOf,
  resourcesOf,
  statementsIn,
  statementsOf,
  synthMs,
  templateOf,
} from './synthesised.ts'

let chat: Template
beforeAll(async () => {
  chat = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
}, synthMs)

describe('every function', () => {
  test('runs on Node 24 and arm64, keeps its logs for a month and traces nothing', () => {
    for (const { name } of functionEntries()) {
      expect(propertiesOf(name), name).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      })
      expect(propertiesOf(name), name).not.toHaveProperty('TracingConfig')
      chat.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: `/aws/lambda/chat-${name}`,
        RetentionInDays: 30,
      })
    }
  })

  test('makes no log group by itself: one made after a destroy would stand in the way of the next deploy', () => {
    for (const { name } of functionEntries())
      expect(statementsOf(chat, `chat-${name}`), name).toContainEqual({
        Effect: 'Deny',
        Action: 'logs:CreateLogGroup',
        Resource: {
          'Fn::Join': ['', expect.arrayContaining([`:log-group:/aws/lambda/chat-${name}*`])],
        },
      })
  })

  test.each([
    ['functions/clients/dynamodb.ts', ['TABLE_NAME']],
    ['functions/clients/mysql-connection.ts', ['MYSQL_HOST']],
    ['functions/clients/opensearch.ts', ['OPENSEARCH_URL']],
    ['functions/clients/sqs.ts', ['QUEUE_URL', 'QUARANTINE_URL']],
  ])('that holds %s is bound to what it needs, and no other is', (client, variables) => {
    const { outputs } = metafile()
    for (const { name } of functionEntries()) {
      const inside = outputs[`dist/${name}/index.js`]?.inputs ?? {}
      const bound = Object.keys(environmentOf(name)).some((key) => variables.includes(key))
      expect(bound, `${name}: ${client}`).toBe(client in inside)
    }
  })

  test('is granted named actions on named resources', () => {
    for (const [id, { Properties }] of resourcesOf(chat, 'AWS::IAM::Policy'))
      for (const { Action, Resource } of statementsIn(Properties)) {
        for (const action of [Action].flat()) expect(action, id).not.toMatch(/\*/)
        for (const resource of [Resource].flat()) expect(resource, id).not.toBe('*')
      }
  })
})

describe('who may reach what', () => {
  test('accept and sweep stand outside the VPC and reach the table and the queue alone', () => {
    for (const operation of [...functionsOf('accept'), 'sweep']) {
      expect(propertiesOf(operation), operation).not.toHaveProperty('VpcConfig')
      expect(servicesOf(operation), operation).toEqual(['dynamodb', 'sqs'])
    }
  })

  test('all that talk to MySQL or OpenSearch stand in the VPC', () => {
    for (const operation of [
      ...functionsOf('edit'),
      ...functionsOf('read'),
      'persist',
      'reindex',
      'migrate',
      'audit',
    ])
      expect(propertiesOf(operation).VpcConfig, operation).toMatchObject({
        SubnetIds: [expect.anything(), expect.anything()],
        SecurityGroupIds: [expect.anything()],
      })
  })

  test('reads write nothing but the buckets of the rate limit', () => {
    for (const operation of functionsOf('read'))
      for (const { Effect, Action, Condition } of statementsOf(chat, `chat-${operation}`))
        if (Effect === 'Allow' && !JSON.stringify(Condition)?.includes('rate#*'))
          expect(String(Action), operation).not.toMatch(/Put|Update|Delete|Send/)
  })

  test('audit reads the stores and writes nothing', () => {
    expect(servicesOf('audit')).toEqual(['dynamodb', 'es', 'rds-db', 'sqs'])
    for (const action of actionsOf('audit'))
      expect(action).toMatch(/Scan|Get|Head|ESHttpPost|connect/)
  })

  test('only creating and listing applications know the hashes of the operator, and open is not open to listing', () => {
    const known = functionEntries().flatMap(({ name }) => {
      const value = environmentOf(name).OPERATOR_KEY_SHA256
      return value === undefined ? [] : [[name, value]]
    })
    expect(Object.fromEntries(known)).toEqual({
      'create-application': '',
      'list-applications': 'none',
    })
  })

  test('no route reaches nothing', () => {
    expect(actionsOf('no-route')).toEqual([])
  })

  test('only migrate signs in as the user that may change the schema, and only persist and reindex as one that writes', () => {
    const users = new Map([
      ['migrate', 'chat_migration'],
      ['persist', 'chat'],
      ['reindex', 'chat'],
    ])
    for (const { name } of functionEntries()) {
      const { MYSQL_USER: user } = environmentOf(name)
      if (user === undefined) continue
      expect(user, name).toBe(users.get(name) ?? 'chat_reading')
      const granted = statementsOf(chat, `chat-${name}`).filter(
        ({ Action }) => Action === 'rds-db:connect',
      )
      expect(JSON.stringify(granted), name).toContain(`/${user}"`)
      expect(granted, name).toHaveLength(1)
    }
  })

  test('the gateway, the queue and the schedules invoke one function each, by permissions of this API alone', () => {
    for (const [id, { Properties }] of resourcesOf(chat, 'AWS::Lambda::Permission'))
      expect(Properties, id).toHaveProperty('SourceArn')
  })
})

const propertiesOf = (operation: string) => functionOf(chat, `chat-${operation}`)

const environmentOf = (operation: string): Record<string, unknown> => {
  const { Environment } = propertiesOf(operation) as { Environment?: { Variables: object } }
  return { ...Environment?.Variables }
}

/** The actions that the role of the function is allowed, without its managed policies. */
const actionsOf = (operation: string): string[] =>
  statementsOf(chat, `chat-${operation}`)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)

const servicesOf = (operation: string): string[] =>
  [...new Set(actionsOf(operation).map((action) => action.split(':')[0] ?? ''))].sort()
