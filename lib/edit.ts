import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { reservingCalls } from './calls.ts'
import { functionsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Updates and deletes: read the current row (persist writes it), reserve a revision, send to the
 * queue, respond.
 */
export class Edit extends Construct {
  readonly functions: ServiceFunction[]

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id)
    this.functions = functionsOf('edit').map((operation) =>
      new ServiceFunction(this, operation, {
        settings: props.settings,
        description: 'Reads the current row, reserves a revision, sends to the queue, responds',
        timeout: Duration.seconds(15),
        memorySize: 1024,
        network: props.stores.network,
      })
        .bindTable(props.table, reservingCalls)
        .bindQueueSend(props.queues.chat)
        .bindQueueState(props.queues.chat)
        .bindMysql(props.stores, 'reading'),
    )
  }
}
