import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { functionsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Shows, lists, search and health: merge what is on its way (in the table) with what is stored (in
 * MySQL and OpenSearch).
 */
export class Read extends Construct {
  readonly functions: ServiceFunction[]

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id)
    this.functions = functionsOf('read').map((operation) => {
      const read = new ServiceFunction(this, operation, {
        settings: props.settings,
        description: 'Merges what is on its way with what is stored, responds',
        timeout: Duration.seconds(15),
        memorySize: 1024,
        network: props.stores.network,
      })
        .bindTableRead(props.table)
        .bindRateLimit(props.table, props.settings)
        .bindMysql(props.stores, 'reading')
      if (operation === 'list-applications') read.bindOperatorKey(props.listingKeySha256)
      if (operation === 'search-messages') read.bindSearchRead(props.stores)
      if (operation === 'show-health')
        read.bindSearchRead(props.stores).bindQueueState(props.queues.chat)
      return read
    })
  }
}
