import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { methodsTaken, routes } from '../../functions/api/routes.ts'
import { functionOf } from '../../lib/function-entries.ts'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

interface Ref {
  Ref?: string
  'Fn::GetAtt'?: [string, string]
}

let chat: Template
beforeAll(async () => {
  chat = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
}, synthMs)

describe('the routes', () => {
  test('each leads to the function of its operation', () => {
    const methods = methodsByPath()
    for (const route of routes)
      for (const method of methodsTaken(route))
        expect(methods.get(`${method} ${route.path}`), `${method} ${route.path}`).toBe(
          `chat-${functionOf(route)}`,
        )
  })

  test('every other method of every path, and every other path, leads to no-route', () => {
    const methods = methodsByPath()
    const paths = new Set([...methods.keys()].map((key) => key.split(' ')[1] ?? ''))
    for (const path of [...paths, '/', '/{proxy+}'])
      expect(methods.get(`ANY ${path}`), path).toBe('chat-no-route')
    expect(methods.size).toBe(routes.flatMap(methodsTaken).length + paths.size)
  })

  test('pass bodies as bytes', () => {
    chat.hasResourceProperties('AWS::ApiGateway::RestApi', { BinaryMediaTypes: ['*/*'] })
  })
})

describe('the stage', () => {
  test('is named v1, throttles, and traces nothing', () => {
    chat.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'v1',
      TracingEnabled: false,
      MethodSettings: Match.arrayWith([
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 1000,
          ThrottlingBurstLimit: 2000,
          DataTraceEnabled: false,
        },
      ]),
    })
  })

  test('throttles by itself what costs more than others, and what needs no token', () => {
    const throttled = Object.fromEntries(throttles(chat))
    const search = '/applications/{token}/chats/{chat}/messages/search'
    expect(throttled).toMatchObject({
      '* /*': 1000,
      [`GET ${search}`]: 200,
      [`HEAD ${search}`]: 200,
      'GET /health': 50,
      'HEAD /health': 50,
      'POST /applications': 5,
    })
  })

  test('gives each method of each path a bucket of its own, and what is no route a small one', () => {
    const throttled = new Map(throttles(chat))
    const methods = [...methodsByPath()]
    expect(methods.length).toBeGreaterThan(30)
    for (const [method, name] of methods)
      expect(throttled.get(method), method).toEqual(
        name === 'chat-no-route' ? 100 : expect.any(Number),
      )
    expect(throttled.size).toBe(methods.length + 1)
  })

  test(
    'throttles as it is set, and lets more applications be created where that needs the key',
    async () => {
      const context = { operatorKeySha256: 'ab'.repeat(32), throttleSearch: '20', throttle: '300' }
      const set = Object.fromEntries(throttles(templateOf(await appWith(context), 'chat')))
      expect(set).toMatchObject({ '* /*': 300, 'GET /health': 50, 'POST /applications': 50 })
      expect(Object.values(set)).toContain(20)
      for (const throttleHealth of ['0', '1.5', '', 'x', '10001'])
        await expect(appWith({ operatorKey: 'open', throttleHealth })).rejects.toThrow(
          /throttleHealth=/,
        )
    },
    synthMs,
  )

  test('logs routes and neither paths nor messages, which may hold a token', () => {
    const [stage] = resourcesOf(chat, 'AWS::ApiGateway::Stage')
    const format = JSON.stringify(stage?.[1].Properties.AccessLogSetting)
    // Of all that the gateway knows. `path`, `requestOverride.path` and the like hold the token,
    // `error.message` the Authorization header.
    expect([...format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name)).toEqual([
      'requestTime',
      'requestId',
      'httpMethod',
      'resourcePath',
      'status',
      'responseLength',
      'responseLatency',
      'integrationLatency',
      'error.responseType',
      'identity.sourceIp',
    ])
    // Execution logs would hold paths.
    expect(JSON.stringify(stage?.[1].Properties.MethodSettings)).not.toMatch(/LoggingLevel/)
  })
})

describe('errors of the gateway itself', () => {
  test('are problem+json with the headers of all responses, and say the status that they have', () => {
    const responses = resourcesOf(chat, 'AWS::ApiGateway::GatewayResponse')
    expect(responses.length).toBeGreaterThan(8)
    for (const [id, { Properties }] of responses) {
      expect(Properties.ResponseParameters, id).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
        'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
      })
      const templates = Properties.ResponseTemplates as Record<string, string>
      const body: unknown = JSON.parse(templates['application/json'] ?? '')
      expect(body, id).toMatchObject({
        type: expect.stringMatching(/^\/v1\/docs\/problems#/),
        title: expect.any(String),
        status: Number(Properties.StatusCode),
        request_id: '$context.requestId',
      })
    }
  })

  test('tell when to try again, where trying again helps', () => {
    for (const type of ['THROTTLED', 'DEFAULT_5XX', 'INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT'])
      chat.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType: type,
        ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
      })
  })

  test('exist before the deployment that takes them over', () => {
    const [deployment] = resourcesOf(chat, 'AWS::ApiGateway::Deployment')
    for (const [id] of resourcesOf(chat, 'AWS::ApiGateway::GatewayResponse'))
      expect(deployment?.[1].DependsOn).toContain(id)
  })
})

/** `GET /health` -> requests a second. The gateway writes the slashes within a path as `~1`. */
const throttles = (template: Template): [string, unknown][] =>
  resourcesOf(template, 'AWS::ApiGateway::Stage').flatMap(([, { Properties }]) =>
    (Properties.MethodSettings as Record<string, unknown>[]).map((each): [string, unknown] => [
      `${String(each.HttpMethod)} ${String(each.ResourcePath).replaceAll('~1', '/').replace('//', '/')}`,
      each.ThrottlingRateLimit,
    ]),
  )

/** `POST /applications` -> `chat-create-application`, from the template alone. */
function methodsByPath(): Map<string, string> {
  const resources = new Map(resourcesOf(chat, 'AWS::ApiGateway::Resource'))
  const functions = new Map(resourcesOf(chat, 'AWS::Lambda::Function'))
  const pathOf = (ref: Ref): string => {
    const resource = resources.get(ref.Ref ?? '')
    if (!resource) return ''
    return `${pathOf(resource.Properties.ParentId as Ref)}/${String(resource.Properties.PathPart)}`
  }
  const found = resourcesOf(chat, 'AWS::ApiGateway::Method').map(
    ([, { Properties }]): [string, string] => {
      const uri = JSON.stringify((Properties.Integration as { Uri: unknown }).Uri)
      const target = [...functions].find(([id]) => uri.includes(`"${id}"`))
      const path = pathOf(Properties.ResourceId as Ref) || '/'
      return [
        `${String(Properties.HttpMethod)} ${path}`,
        String(target?.[1].Properties.FunctionName),
      ]
    },
  )
  return new Map(found)
}
