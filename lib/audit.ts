import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Checks the invariants over all stores, and only reads. It stands in the VPC, where MySQL and
 * OpenSearch are; `npm run audit` invokes it.
 */
export class Audit extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { table, queues, stores, settings }: StageProps) {
    super(scope, id)
    this.function = new ServiceFunction(this, 'audit', {
      settings,
      description: 'Checks the invariants over all stores',
      timeout: Duration.minutes(15),
      // The most that new accounts may have. It keeps the table in memory, without bodies.
      memorySize: 3008,
      network: stores.network,
    })
      .bindTableScan(table)
      .bindQueueState(queues.chat)
      .bindMysql(stores, 'reading')
      .bindSearch(stores, ['search'])
  }
}
