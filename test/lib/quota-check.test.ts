import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { quotaCheckSource } from '../../lib/quota-check.ts'
import { appWith, type Resource, resourcesOf, synthMs, templateOf } from './synthesised.ts'

interface Account {
  quota: number
  unreserved: number
  /** What the stage's own functions have already, by name; others do not exist. */
  own?: Record<string, number | undefined>
  /** How many calls are refused before the function's rights are known. */
  denied?: number
}

/** Runs the check as Lambda would, in such an account. */
function check(
  { quota, unreserved, own = {}, denied = 0 }: Account,
  instances: number,
  functions: string,
) {
  class GetAccountSettingsCommand {}
  class GetFunctionConcurrencyCommand {
    name: string
    constructor({ FunctionName }: { FunctionName: string }) {
      this.name = FunctionName
    }
  }
  let refusals = denied
  class LambdaClient {
    async send(command: GetAccountSettingsCommand | GetFunctionConcurrencyCommand) {
      if (refusals-- > 0) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' })
      if (!(command instanceof GetFunctionConcurrencyCommand))
        return {
          AccountLimit: {
            ConcurrentExecutions: quota,
            UnreservedConcurrentExecutions: unreserved,
          },
        }
      if (command.name in own) return { ReservedConcurrentExecutions: own[command.name] }
      throw Object.assign(new Error('no such function'), { name: 'ResourceNotFoundException' })
    }
  }
  const sdk = { LambdaClient, GetAccountSettingsCommand, GetFunctionConcurrencyCommand }
  const exports: { handler?: () => Promise<void> } = {}
  const env = { INSTANCES: String(instances), FUNCTIONS: functions }
  const setTimeout = (call: () => void) => setImmediate(call)
  const context = { exports, require: () => sdk, process: { env }, setTimeout }
  runInNewContext(quotaCheckSource, context)
  return exports.handler?.()
}

const both = 'chat-sweep,chat-reindex'

describe('the check of the quota', () => {
  test.each([
    ['an account with room', { quota: 1000, unreserved: 1000 }, 2],
    ['one that does not know its rights yet', { quota: 1000, unreserved: 1000, denied: 3 }, 2],
    ['one with exactly what is wanted', { quota: 102, unreserved: 102 }, 2],
    [
      'an update, where the stage has what it wants already',
      { quota: 102, unreserved: 100, own: { 'chat-sweep': 1, 'chat-reindex': 1 } },
      2,
    ],
  ])('lets %s pass', async (_, account, instances) => {
    await expect(check(account, instances, both)).resolves.toBeUndefined()
  })
  test.each([
    ['a new account', { quota: 10, unreserved: 10 }, 2],
    ['one whose room other functions have', { quota: 1000, unreserved: 101 }, 2],
    [
      'an update that wants more than there is',
      { quota: 122, unreserved: 120, own: { 'chat-sweep': 1, 'chat-reindex': undefined } },
      40,
    ],
  ])('fails %s, and says what to do', async (_, account, instances) => {
    await expect(check(account, instances, both)).rejects.toThrow(
      `(its quota is ${account.quota}, of which 100 stay for all). Raise the quota in Service Quotas, or set reservedConcurrency to 'off'`,
    )
  })
})

test('rights that never come are the failure', async () => {
  await expect(check({ quota: 10, unreserved: 10, denied: 99 }, 2, both)).rejects.toThrow('no')
})

const functionsOf = async (settings: Record<string, unknown>) => {
  const app = await appWith({ operatorKey: 'open', ...settings })
  const reserved = resourcesOf(templateOf(app, 'chat'), 'AWS::Lambda::Function').flatMap(
    ([, { Properties }]) =>
      Properties.ReservedConcurrentExecutions === undefined
        ? []
        : [[String(Properties.FunctionName), Properties.ReservedConcurrentExecutions] as const],
  )
  return { reserved: Object.fromEntries(reserved), stores: templateOf(app, 'chat-stores') }
}

describe('reservedConcurrency', () => {
  const synthesised: Record<string, Awaited<ReturnType<typeof functionsOf>>> = {}
  beforeAll(async () => {
    synthesised.unset = await functionsOf({})
    synthesised.off = await functionsOf({ reservedConcurrency: 'off' })
    synthesised.fifty = await functionsOf({ reservedConcurrency: '50' })
  }, 3 * synthMs)

  test('keeps instances for creates and persist, and none for reads', () => {
    expect(synthesised.unset?.reserved).toEqual({ 'chat-sweep': 1, 'chat-reindex': 1 })
    expect(synthesised.off?.reserved).toEqual({})
    expect(synthesised.fifty?.reserved).toEqual({
      'chat-sweep': 1,
      'chat-reindex': 1,
      'chat-persist': 20,
      'chat-create-application': 50,
      'chat-create-chat': 50,
      'chat-create-message': 50,
      'chat-create-messages': 50,
    })
  })

  test('is held against the quota before anything that takes long, unless it is off', () => {
    for (const [name, instances] of [
      ['unset', 2],
      ['fifty', 222],
    ] as const) {
      const stores = synthesised[name]?.stores
      if (!stores) throw new Error(`${name} was not synthesised`)
      const [[trigger] = []] = resourcesOf(stores, 'Custom::Trigger')
      expect(trigger).toMatch(new RegExp(`^QuotaFor${instances}`))
      const slow = ['AWS::RDS::DBCluster', 'AWS::OpenSearchService::Domain', 'AWS::EC2::VPC']
      for (const type of slow) {
        const [[, resource] = []] = resourcesOf(stores, type) as [string, Resource][]
        expect(resource?.DependsOn, type).toContain(trigger)
      }
      stores.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { INSTANCES: String(instances) } },
      })
    }
    expect(synthesised.off && resourcesOf(synthesised.off.stores, 'Custom::Trigger')).toHaveLength(
      0,
    )
  })
})
