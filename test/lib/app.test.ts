import { Stack } from 'aws-cdk-lib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { appWith, localEnvironment, resourcesOf, templateOf } from './synthesised.ts'

beforeEach(() => {
  for (const [name, value] of Object.entries(localEnvironment)) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

describe('for a laptop', () => {
  test('there is one stack, with nothing that LocalStack-compatible endpoints refuse', async () => {
    const app = await appWith({ target: 'local' })
    expect(app.node.children.filter(Stack.isStack).map((stack) => stack.stackName)).toEqual([
      'chat',
    ])
    const refused =
      /NatGateway|EIP|SecurityGroup|DBProxy|WebACL|CompositeAlarm|ApplicationAutoScaling|^Custom::|VPC/
    const chat = templateOf(app, 'chat')
    for (const [id, { Type, Properties }] of resourcesOf(chat)) {
      expect(Type, id).not.toMatch(refused)
      if (Type === 'AWS::CloudWatch::Alarm') expect(Properties, id).not.toHaveProperty('Metrics')
    }
  })

  test('the functions get the addresses of the environment and stand in no VPC', async () => {
    const chat = templateOf(await appWith({ target: 'local' }), 'chat')
    chat.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'chat-persist',
      Environment: { Variables: localEnvironment },
    })
    for (const [id, { Properties }] of resourcesOf(chat, 'AWS::Lambda::Function'))
      expect(Properties, id).not.toHaveProperty('VpcConfig')
  })

  test('no OpenSearch is no variable, and accept learns nothing of MySQL', async () => {
    vi.stubEnv('OPENSEARCH_URL', undefined)
    const chat = templateOf(await appWith({ target: 'local' }), 'chat')
    for (const [id, { Properties }] of resourcesOf(chat, 'AWS::Lambda::Function')) {
      expect(JSON.stringify(Properties), id).not.toContain('OPENSEARCH_URL')
      if (String(Properties.FunctionName).startsWith('chat-create-'))
        expect(JSON.stringify(Properties), id).not.toContain('MYSQL')
    }
  })

  test('what is deployed can be deleted again', async () => {
    templateOf(await appWith({ target: 'local' }), 'chat').hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
    })
  })

  test('an engine that is not set is named', async () => {
    vi.stubEnv('MYSQL_HOST', undefined)
    vi.stubEnv('MYSQL_PORT', '')
    await expect(appWith({ target: 'local' })).rejects.toThrow(
      /needs MYSQL_HOST, MYSQL_PORT in the environment/,
    )
  })
})

test('a target that is none is refused', async () => {
  await expect(appWith({ target: 'azure' })).rejects.toThrow(/there are only "aws" and "local"/)
})

test.each(['0', '1.5', 'much', '32769'])('a body limit of %s is refused', async (maxBodyBytes) => {
  await expect(appWith({ maxBodyBytes, target: 'local' })).rejects.toThrow(/from 1 to 32768/)
})

test('another body limit reaches the functions', async () => {
  const chat = templateOf(await appWith({ maxBodyBytes: '1024', target: 'local' }), 'chat')
  chat.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'chat-create-message',
    Environment: { Variables: { MAX_BODY_BYTES: '1024' } },
  })
})
