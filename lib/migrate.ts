import { Duration } from 'aws-cdk-lib'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct } from 'constructs'
import { deployTargetOf } from './deploy-target.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Brings schema, search index and counters up to date. On AWS a deploy runs it whenever it has
 * changed, before any function of `before` is replaced, and a failure stops the deploy. Locally
 * `npm start` does that work itself, at every start, because the engines may have been wiped in
 * between.
 */
export class Migrate extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { table, stores }: StageProps, before: Construct[]) {
    super(scope, id)
    const timeout = Duration.minutes(14)
    this.function = new ServiceFunction(this, 'migrate', {
      description: 'Brings schema, search index and counters up to date',
      timeout,
      memorySize: 1024,
      network: stores.network,
    })
      .bindTableReadWrite(table)
      .bindMysql(stores, 'migration')
      .bindSearchWrite(stores)
    // A Trigger invokes it through a function of its own outside the VPC. One inside has no way to
    // respond to CloudFormation.
    if (deployTargetOf(this) === 'aws')
      new Trigger(this, 'OnDeploy', { handler: this.function, timeout, executeBefore: before })
  }
}
