import type { App } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { appWith, type Resource, resourcesOf, stackOf, synthMs, templateOf } from './synthesised.ts'

const appOf = (data?: 'protected' | 'kept' | 'deleted', stage = 'prod') =>
  appWith({ stage }, { everywhere: { operatorKey: 'open', ...(data ? { data } : {}) } })
const stacks = ['chat-stores', 'chat']
const allOf = (app: App): [string, Resource][] =>
  stacks.flatMap((name) => resourcesOf(templateOf(app, name)))

/** What holds data, and what a cluster or a domain hangs on: they cannot be deleted before it. */
const held =
  /^AWS::(DynamoDB::Table|RDS::|OpenSearchService::Domain|SecretsManager::Secret$|EC2::(VPC|Subnet|RouteTable|SubnetRouteTableAssociation)$)/
const groups = /^(Mysql|Search)SecurityGroup[0-9A-F]{8}$/
const isReader = ([id, { Type }]: [string, Resource]) =>
  Type === 'AWS::RDS::DBInstance' && id.startsWith('Mysqlreader')
const isHeld = (each: [string, Resource]) =>
  (held.test(each[1].Type) || groups.test(each[0])) && !isReader(each)
const policiesOf = (app: App) => [
  ...new Set(
    allOf(app)
      .filter(isHeld)
      .map(([, each]) => `${each.DeletionPolicy}, ${each.UpdateReplacePolicy}`),
  ),
]
const protections = (app: App) =>
  allOf(app).flatMap(([, { Type, Properties }]) => {
    if (Type === 'AWS::DynamoDB::Table') return [Properties.DeletionProtectionEnabled]
    return Type === 'AWS::RDS::DBCluster' ? [Properties.DeletionProtection] : []
  })
const terminations = (app: App) => stacks.map((name) => stackOf(app, name).terminationProtection)

describe('a first deploy', () => {
  test(
    'that fails can be repeated: nothing is protected yet, and what it made is deleted',
    async () => {
      const app = await appOf()
      expect(policiesOf(app)).toEqual(['RetainExceptOnCreate, Retain'])
      expect(allOf(app).filter(isHeld).length).toBeGreaterThan(14)
      expect(protections(app)).toEqual([false, false])
      expect(terminations(app)).toEqual([false, false])
    },
    synthMs,
  )

  test(
    'of prod says what is still to be done',
    async () => {
      const missing = Match.stringLikeRegexp("data: 'protected'")
      const off = Match.stringLikeRegexp('If protection is on, this deploy takes it off')
      const kept = Annotations.fromStack(stackOf(await appOf(), 'chat'))
      kept.hasWarning('*', missing)
      kept.hasWarning('*', off)
      Annotations.fromStack(stackOf(await appOf('protected'), 'chat')).hasNoWarning('*', missing)
    },
    synthMs,
  )
})

test(
  'protected data can be deleted by nobody, and stay when their stack goes',
  async () => {
    const app = await appOf('protected')
    expect(policiesOf(app)).toEqual(['RetainExceptOnCreate, Retain'])
    expect(protections(app)).toEqual([true, true])
    expect(terminations(app)).toEqual([true, true])
  },
  synthMs,
)

test(
  'deleted data go with their stack, and all that they hang on',
  async () => {
    const app = await appOf('deleted')
    expect(policiesOf(app)).toEqual(['Delete, Delete'])
    expect(protections(app)).toEqual([false, false])
    expect(terminations(app)).toEqual([false, false])
  },
  synthMs,
)

test(
  'a reader of Aurora holds nothing: it goes with its setting, or it would run on without a stack',
  async () => {
    for (const data of ['protected', 'kept', 'deleted'] as const) {
      const readers = allOf(await appOf(data)).filter(isReader)
      expect(readers.map(([, each]) => each.DeletionPolicy)).toEqual(['Delete'])
      expect(readers.map(([, each]) => each.UpdateReplacePolicy)).toEqual(['Delete'])
    }
  },
  synthMs,
)

test(
  'each change of the setting changes a resource of each stack, without which CloudFormation would not take it over',
  async () => {
    for (const data of ['protected', 'kept', 'deleted'] as const) {
      const app = await appOf(data)
      for (const name of stacks)
        expect(JSON.stringify(templateOf(app, name)), name).toContain(
          JSON.stringify({ Key: 'chat:data', Value: data }),
        )
    }
  },
  synthMs,
)
