import { Duration } from 'aws-cdk-lib'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct } from 'constructs'
import { deployTargetOf } from './deploy-target.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Brings schema, search index and counters up to date. On AWS a deploy runs it, whenever it
 * changed, before any function of `before` is replaced, and a failure stops the deploy. Locally the
 * start of the stack does: there it is due at every start, because engines may have been wiped in
 * between, and not only when it changed.
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
    // Through Trigger's own function outside the VPC: one inside has no way to answer
    // CloudFormation.
    if (deployTargetOf(this) === 'aws')
      new Trigger(this, 'OnDeploy', { handler: this.function, timeout, executeBefore: before })
  }
}
