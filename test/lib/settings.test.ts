import { describe, expect, test } from 'vitest'
import { routes } from '../../functions/api/routes.ts'
import { limitSettings } from '../../functions/limits/limits.ts'
import { functionOf } from '../../lib/function-entries.ts'
import { checkedSettings, type DeployTarget, environmentOf } from '../../lib/settings.ts'
import { settingName } from '../../lib/settings-schema.ts'
import { appWith, type Resource, resourcesOf, templateOf } from './synthesised.ts'

const chatWith = async (context: Record<string, string>) =>
  templateOf(await appWith({ operatorKey: 'open', ...context }), 'chat')
const settings = (given: Record<string, string>, target: DeployTarget = 'aws') =>
  environmentOf(checkedSettings(given, { target, stage: 'prod' }))
const variablesOf = ({ Properties }: Resource): Record<string, string> =>
  (Properties.Environment as { Variables?: Record<string, string> } | undefined)?.Variables ?? {}
const nameOf = ({ Properties }: Resource) => String(Properties.FunctionName).replace(/^chat-/, '')

describe('a limit', () => {
  test('is set by -c and reaches every function that could refuse by it or show it', async () => {
    const context = {
      maxNameCharacters: '20',
      maxMetadataBytes: '100',
      ratePerSecond: '5',
      rateBurst: '9',
    }
    const chat = await chatWith(context)
    const functions = resourcesOf(chat, 'AWS::Lambda::Function').map(([, each]) => each)
    for (const name of routes.map(functionOf)) {
      const found = functions.find((each) => nameOf(each) === name)
      expect(found && variablesOf(found), name).toMatchObject({
        MAX_NAME_CHARACTERS: '20',
        MAX_METADATA_BYTES: '100',
        RATE_PER_SECOND: '5',
        RATE_BURST: '9',
      })
    }
  })
  test.each(Object.entries(limitSettings))(
    'of another kind than %s takes is refused',
    (name, { min, max }) => {
      const rate = name === 'RATE_BURST' ? { ratePerSecond: '1' } : {}
      for (const value of [String(min - 1), String(max + 1), '1.5', '', 'x'])
        expect(() => settings({ ...rate, [settingName(name)]: value }), value).toThrow(
          `${settingName(name)}=${value}: a whole number, from ${min} to ${max}`,
        )
      expect(settings({ ...rate, [settingName(name)]: String(max) })).toMatchObject({
        [name]: String(max),
      })
    },
  )
  test('of a burst needs a rate', () => {
    expect(() => settings({ rateBurst: '5' }, 'local')).toThrow(/needs ratePerSecond/)
    expect(() => settings({ rateBurst: '5', ratePerSecond: 'none' })).toThrow(/needs ratePerS/)
  })
})

describe('limiting applications', () => {
  const rateOf = (given: Record<string, string>, target: DeployTarget = 'aws') => {
    const { RATE_PER_SECOND: perSecond, RATE_BURST: burst } = settings(given, target)
    return { perSecond, burst }
  }
  test('is on by default on AWS, off on a laptop', () => {
    expect(rateOf({})).toEqual({ perSecond: '500', burst: '5000' })
    expect(rateOf({}, 'local')).toEqual({})
  })
  test('is by what is set, on both; a rate alone has as many at once as in a second', () => {
    for (const target of ['aws', 'local'] as const) {
      expect(rateOf({ ratePerSecond: '7' }, target)).toEqual({ perSecond: '7', burst: '7' })
      expect(rateOf({ ratePerSecond: '7', rateBurst: '9' }, target)).toEqual({
        perSecond: '7',
        burst: '9',
      })
    }
    expect(rateOf({ rateBurst: '600' })).toEqual({ perSecond: '500', burst: '600' })
  })
  test('is off where it is set to none, and reads may write nothing then', async () => {
    expect(rateOf({ ratePerSecond: 'none' })).toEqual({})
    const text = JSON.stringify(await chatWith({ ratePerSecond: 'none' }))
    expect(text).not.toMatch(/RATE_PER_SECOND|LeadingKeys/)
  })
  test('lets reads write buckets and nothing else', async () => {
    const chat = await chatWith({ ratePerSecond: '5' })
    const policies = resourcesOf(chat, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('Readshowmessage'),
    )
    const writes = policies.flatMap(([, { Properties }]) =>
      (
        Properties.PolicyDocument as { Statement: { Action: unknown; Condition?: unknown }[] }
      ).Statement.filter(({ Action }) => JSON.stringify(Action).includes('UpdateItem')),
    )
    expect(writes).toEqual([
      expect.objectContaining({
        Action: 'dynamodb:UpdateItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['rate#*'] } },
      }),
    ])
  })
})

describe('the path of the base address', () => {
  const typeIn = (chat: Awaited<ReturnType<typeof chatWith>>) =>
    JSON.stringify(resourcesOf(chat, 'AWS::ApiGateway::GatewayResponse')[0]?.[1].Properties)
  test('is the stage on AWS, in problems of functions and of the gateway', async () => {
    const chat = await chatWith({})
    expect(typeIn(chat)).toContain('/v1/docs/problems#')
    chat.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'chat-no-route',
      Environment: { Variables: { BASE_PATH: '/v1' } },
    })
  })
  test('is what is set for a domain of its own, also none', async () => {
    expect(typeIn(await chatWith({ basePath: '/chat' }))).toContain('/chat/docs/problems#')
    const none = await chatWith({ basePath: '' })
    expect(typeIn(none)).toMatch(/"\/docs\/problems#|\\"\/docs\/problems#/)
    expect(JSON.stringify(none)).not.toContain('BASE_PATH')
  })
  test.each(['v1', '/v1/', 'https://x'])('is refused when it is none: %s', (basePath) => {
    expect(() => settings({ basePath })).toThrow(/a path such as/)
  })
})
