import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { routes } from '../functions/api/routes.ts'
import { readingCalls } from './calls.ts'
import { functionsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/** The rate is that of the application in the path. */
const isLimited = (operation: string): boolean =>
  routes.some((route) => route.operation === operation && route.path.includes('{token}'))

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
        .bindTable(props.table, operation === 'show-health' ? ['batchGet'] : readingCalls)
        .bindMysql(props.stores, 'reading')
      if (isLimited(operation)) read.bindRateLimit(props.table, props.settings)
      if (operation === 'list-applications') read.bindOperatorKey(props.listingKeySha256)
      if (operation === 'search-messages') read.bindSearch(props.stores, ['search', 'ping'])
      if (operation === 'show-health')
        read.bindSearch(props.stores, ['ping']).bindQueueState(props.queues.chat)
      return read
    })
  }
}
