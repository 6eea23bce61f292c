import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StageSettings } from '../../lib/settings-schema.ts'
import { appWith, resourcesOf, stackOf, synthMs, templateOf } from './synthesised.ts'

const open = { everywhere: { operatorKey: 'open' } } as const
let [prod, dev]: { stores: Template; chat: Template }[] = []
beforeAll(async () => {
  const templatesOf = async (stage: string, prefix: string) => {
    const app = await appWith({ stage }, open)
    expect(stackOf(app, prefix).tags.tagValues()).toEqual({ 'chat:stage': stage })
    return { stores: templateOf(app, `${prefix}-stores`), chat: templateOf(app, prefix) }
  }
  prod = await templatesOf('prod', 'chat')
  dev = await templatesOf('dev', 'chat-dev')
}, synthMs)

describe('a stage beside prod', () => {
  test('has its own name for whatever has a name, so both can be in one account and region', () => {
    const named = /^(?:.*Name|Name|LogGroupName|MetricNamespace)$/
    const namesOf = ({ chat }: { chat: Template }) =>
      resourcesOf(chat).flatMap(([, { Type, Properties }]) =>
        Object.entries(Properties).flatMap(([key, value]) =>
          named.test(key) && typeof value === 'string' && /Function$|LogGroup|RestApi$/.test(Type)
            ? [value]
            : [],
        ),
      )
    const [own, other] = [prod, dev].map((each) => new Set(each && namesOf(each)))
    expect(own?.size).toBeGreaterThan(20)
    expect([...(own ?? [])].filter((name) => other?.has(name))).toEqual([])
  })

  test('counts by itself: what prod counts sets off no alarm of it', () => {
    dev?.chat.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Chat/dev',
      MetricName: 'Collisions',
    })
    dev?.chat.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'chat-dev-persist',
      Environment: { Variables: Match.objectLike({ METRICS_NAMESPACE: 'Chat/dev' }) },
    })
    dev?.chat.hasResourceProperties('AWS::Logs::MetricFilter', {
      MetricTransformations: [Match.objectLike({ MetricNamespace: 'Chat/dev' })],
    })
    expect(JSON.stringify(prod?.chat)).not.toContain('METRICS_NAMESPACE')
  })

  test('costs nearly nothing at rest: Aurora pauses, no OpenSearch, one endpoint in one zone', () => {
    dev?.stores.hasResourceProperties('AWS::RDS::DBCluster', {
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 2 },
      BackupRetentionPeriod: 1,
    })
    dev?.stores.resourceCountIs('AWS::RDS::DBInstance', 1)
    dev?.stores.resourceCountIs('AWS::OpenSearchService::Domain', 0)
    dev?.stores.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Interface',
      SubnetIds: [Match.anyValue()],
    })
    dev?.chat.resourceCountIs('AWS::WAFv2::WebACL', 0)
  })

  test('has nothing that wakes Aurora by itself: reindex, of the schedules, has no index to fill', () => {
    const text = JSON.stringify(dev?.chat)
    expect(text).not.toContain('OPENSEARCH_URL')
    dev?.chat.resourceCountIs('AWS::Events::Rule', 2)
  })
})

test('prod outlives a zone: two of everything, a reader, and masters of its own', () => {
  prod?.stores.resourceCountIs('AWS::RDS::DBInstance', 2)
  prod?.stores.hasResourceProperties('AWS::OpenSearchService::Domain', {
    ClusterConfig: {
      InstanceCount: 2,
      ZoneAwarenessEnabled: true,
      DedicatedMasterEnabled: true,
      DedicatedMasterCount: 3,
    },
  })
})

test(
  'sizes are settings of any stage',
  async () => {
    const sizes: StageSettings = {
      operatorKey: 'open',
      search: 'domain',
      searchNodes: 3,
      minCapacity: 1,
      maxCapacity: 32,
      readers: 2,
    }
    const app = await appWith({ stage: 'load' }, { stages: { load: sizes } })
    const stores = templateOf(app, 'chat-load-stores')
    stores.resourceCountIs('AWS::RDS::DBInstance', 3)
    stores.hasResourceProperties('AWS::RDS::DBCluster', {
      ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 32 },
    })
    stores.hasResourceProperties('AWS::OpenSearchService::Domain', {
      ClusterConfig: Match.objectLike({ InstanceCount: 3, ZoneAwarenessEnabled: false }),
    })
  },
  synthMs,
)
