import { join } from 'node:path'
import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { type DeployTarget, environmentOf, type Settings } from './settings.ts'
import type { Network } from './stores.ts'

export interface BundledFunctionProps {
  readonly settings: Settings
  readonly description: string
  readonly timeout: Duration
  /** MB; 1,769 are one CPU. */
  readonly memorySize: number
  /** Where the function stands if it talks to MySQL or OpenSearch; outside the VPC by default. */
  readonly network?: Network | undefined
  /** How many may run at once; unbounded by default. */
  readonly concurrency?: number
}

const dist = join(import.meta.dirname, '..', 'dist')

/**
 * One function of functions/, as bin/build bundles it, with a log group and a readable name
 * (`chat-create-message`). Its environment has the settings of the deploy, and nothing else.
 */
export class BundledFunction extends LambdaFunction {
  constructor(scope: Construct, name: string, props: BundledFunctionProps) {
    const functionName = `${Stack.of(scope).stackName}-${name}`
    super(scope, name, {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: architectureFor(props.settings.target),
      code: Code.fromAsset(join(dist, name), { exclude: ['*.map'] }),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memorySize,
      // Beside the function, not below it: below, its own id would hold the name twice.
      logGroup: new LogGroup(scope, `${name}-logs`, {
        logGroupName: `/aws/lambda/${functionName}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...(props.concurrency ? { reservedConcurrentExecutions: props.concurrency } : {}),
      ...props.network,
    })
    this.#denyMakingLogGroup(functionName)
    for (const [variable, value] of Object.entries(environmentOf(props.settings)))
      this.addEnvironment(variable, value)
  }

  /**
   * The managed policy of a function lets it make its log group. One that still runs while the
   * stack is deleted would make it again. That group would be kept for ever, and the next deploy
   * would fail because of its name.
   */
  #denyMakingLogGroup(functionName: string): void {
    const group = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `/aws/lambda/${functionName}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    const actions = ['logs:CreateLogGroup']
    const denied = new PolicyStatement({ effect: Effect.DENY, actions, resources: [group] })
    this.addToRolePolicy(denied)
  }
}

/** A container of the laptop's own architecture starts ten times faster than an emulated one. */
const architectureFor = (target: DeployTarget): Architecture =>
  target === 'local' && process.arch !== 'arm64' ? Architecture.X86_64 : Architecture.ARM_64
