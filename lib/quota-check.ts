import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct, type IConstruct } from 'constructs'
import { reservedTogether } from './concurrency.ts'
import type { Settings } from './settings.ts'

/**
 * What runs in AWS, with the SDK of its runtime. FUNCTIONS are those that have instances kept: what
 * they have already, of an earlier deploy, is theirs. Lambda wants 100 to be left for all others.
 * Its rights are as new as itself and may take some seconds to be known everywhere, so it asks
 * again.
 */
export const quotaCheckSource = `
const sdk = require('@aws-sdk/client-lambda')
exports.handler = async () => {
  const lambda = new sdk.LambdaClient({})
  const ask = async (command, left = 10) => {
    try {
      return await lambda.send(command)
    } catch (error) {
      if (left === 0 || error.name !== 'AccessDeniedException') throw error
      await new Promise((resolve) => setTimeout(resolve, 2000))
      return ask(command, left - 1)
    }
  }
  const { AccountLimit } = await ask(new sdk.GetAccountSettingsCommand({}))
  const wanted = Number(process.env.INSTANCES)
  let free = AccountLimit.UnreservedConcurrentExecutions - 100
  for (const FunctionName of process.env.FUNCTIONS.split(',')) {
    const has = await ask(new sdk.GetFunctionConcurrencyCommand({ FunctionName })).catch((error) => {
      if (error.name === 'ResourceNotFoundException') return {}
      throw error
    })
    free += has.ReservedConcurrentExecutions ?? 0
  }
  if (free < wanted)
    throw new Error(
      'this stage keeps ' + wanted + ' concurrent executions of Lambda for itself, and the account has ' +
        Math.max(0, free) + ' to be kept (its quota is ' + AccountLimit.ConcurrentExecutions +
        ", of which 100 stay for all). Raise the quota in Service Quotas, or set reservedConcurrency to 'off'"
    )
}
`

/**
 * Looks at the account's quota before anything that takes long is made: too small a quota would
 * fail the deploy of the functions, 40 minutes later. As with the migration the trigger's id says
 * what it is for, so a deploy that keeps no more than before, and a rollback, do not run it.
 */
export class QuotaCheck extends Construct {
  constructor(scope: Construct, id: string, settings: Settings, before: IConstruct[]) {
    super(scope, id)
    const { functions, instances } = reservedTogether(settings)
    if (instances === 0) return
    const timeout = Duration.minutes(1)
    const check = new LambdaFunction(this, 'Function', {
      description: 'Looks at the quota of concurrent executions before a deploy',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      memorySize: 256,
      code: Code.fromInline(quotaCheckSource),
      environment: { FUNCTIONS: functions.join(','), INSTANCES: String(instances) },
      timeout,
      logGroup: new LogGroup(this, 'Logs', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    })
    const arns = functions.map((name) =>
      Stack.of(this).formatArn({ service: 'lambda', resource: `function:${name}` }),
    )
    check.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:GetAccountSettings'], resources: ['*'] }),
    )
    check.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:GetFunctionConcurrency'], resources: arns }),
    )
    new Trigger(this, `For${instances}`, {
      handler: check,
      timeout,
      executeBefore: before,
      executeOnHandlerChange: false,
    })
  }
}
